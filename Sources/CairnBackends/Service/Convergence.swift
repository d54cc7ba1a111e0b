/// Brings a registry to what is wanted with the fewest writes, and remembers what it holds.
struct Convergence: Sendable {
    /// What is known of an entry that is there.
    private enum Entry: Sendable, Equatable {
        /// It is there; whether it is as it should be is not known.
        case unclear
        case holds(content: String)
    }

    private var entries: [String: Entry] = [:]
    /// What the registry did not take, and is not offered again until it changes or the registry is read anew.
    private var refusals: [String: (content: String, reason: String)] = [:]
    private var beaten: [String: [Beat]] = [:]
    private var isKnown = false

    var count: Int { entries.count }

    /// What was refused, in words.
    var refused: [String] { refusals.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.reason)" } }

    /// Makes the next converging read what the registry holds.
    mutating func forget() {
        isKnown = false
        refusals = [:]
    }

    /// Writes what is missing or different, and removes what is not wanted. What is new comes before what is old goes.
    ///
    /// - Throws: What the registry threw. Some of the work may be done then; the next time begins with reading.
    mutating func converge(to wanted: RecordSet, in registry: any Registry) async throws {
        do {
            if !isKnown { try await read(wanted, from: registry) }
            let records = wanted.records.values.sorted { $0.key < $1.key }
            for record in records { try await write(record, to: registry) }
            for key in entries.keys.sorted() where wanted.records[key] == nil { try await remove(key, from: registry) }
            for record in records { try await beat(record, in: registry) }
            refusals = refusals.filter { wanted.records[$0.key] != nil }
        } catch {
            forget()
            throw error
        }
    }

    /// Keeps alive what would expire, and writes again what has got lost all the same.
    mutating func refresh(_ wanted: RecordSet, in registry: any Registry) async throws {
        do {
            let kept = wanted.records.values.filter { entries[$0.key] != nil }.sorted { $0.key < $1.key }
            let lost = try await registry.refresh(kept)
            for key in lost { drop(key) }
            if !lost.isEmpty { try await converge(to: wanted, in: registry) }
        } catch {
            forget()
            throw error
        }
    }

    /// Removes everything that this node has in the registry.
    mutating func clear(_ registry: any Registry) async throws {
        try await converge(to: RecordSet(), in: registry)
    }

    private mutating func read(_ wanted: RecordSet, from registry: any Registry) async throws {
        let found = try await registry.read(wanted)
        for key in entries.keys where found[key] == nil { drop(key) }
        for (key, readable) in found {
            // What cannot be read back is taken to be as it was written, if what can be read back is.
            guard let record = wanted.records[key], record.readable == readable,
                record.isReadable || entries[key] == .holds(content: record.content)
            else {
                entries[key] = .unclear
                continue
            }
            entries[key] = .holds(content: record.content)
        }
        isKnown = true
    }

    private mutating func write(_ record: Record, to registry: any Registry) async throws {
        if entries[record.key] == .holds(content: record.content) { return }
        if refusals[record.key]?.content == record.content { return }
        // When this fails half-way, nobody knows what is there.
        if entries[record.key] != nil { entries[record.key] = .unclear }
        do {
            try await registry.put(record)
            entries[record.key] = .holds(content: record.content)
            refusals[record.key] = nil
            beaten[record.key] = nil
        } catch let refusal as RecordRefused {
            refusals[record.key] = (record.content, refusal.reason)
        }
    }

    private mutating func remove(_ key: String, from registry: any Registry) async throws {
        do {
            try await registry.remove(key)
            drop(key)
        } catch let refusal as RecordRefused {
            refusals[key] = ("", refusal.reason)
        }
    }

    private mutating func beat(_ record: Record, in registry: any Registry) async throws {
        guard !record.beats.isEmpty, entries[record.key] != nil else { return }
        if let last = beaten[record.key], last.map(\.status) == record.beats.map(\.status),
            last.map(\.checkID) == record.beats.map(\.checkID)
        {
            return
        }
        try await registry.beat(record)
        beaten[record.key] = record.beats
    }

    private mutating func drop(_ key: String) {
        entries[key] = nil
        beaten[key] = nil
    }
}
