/// A registry that a program writes to. It is told of each change, by `register` and `deregister`; it gets the whole list
/// by `sync` at the beginning, after a failure and from time to time, to remove what is in the registry and not on the
/// list; and by `refresh` before entries expire.
actor ProgramRegistry: Registry {
    private let program: HookProgram
    private let node: String
    private let seconds: Int64
    /// What it was told of last, by id, for when it is removed.
    private var told: [String: String] = [:]

    init(program: HookProgram, node: String, timeToLive: Duration) {
        self.program = program
        self.node = node
        seconds = timeToLive.components.seconds
    }

    nonisolated func records(for registrations: [Registration]) throws -> RecordSet {
        var set = RecordSet()
        for registration in registrations {
            let document = RegistrationDocument(registration)
            set.add(Record(key: document.id, content: try CanonicalJSON.text(document)))
        }
        return set
    }

    /// The program compares; afterwards the registry holds what is wanted.
    func read(_ wanted: RecordSet) async throws -> [String: String] {
        let contents = wanted.records.mapValues(\.content)
        try await run("sync", ["services": list(contents.values)])
        told = contents
        return contents
    }

    func put(_ record: Record) async throws {
        try await run("register", ["service": record.content])
        told[record.key] = record.content
    }

    func remove(_ key: String) async throws {
        guard let content = told[key] else { return }
        try await run("deregister", ["service": content])
        told[key] = nil
    }

    func refresh(_ records: [Record]) async throws -> [String] {
        try await run("refresh", ["services": list(records.map(\.content))])
        return []
    }

    private func list(_ contents: some Sequence<String>) -> String { "[\(contents.sorted().joined(separator: ","))]" }

    /// The parts are JSON already.
    private func run(_ action: String, _ parts: [String: String]) async throws {
        var fields = try [
            "action": CanonicalJSON.text(action), "node": CanonicalJSON.text(node), "ttl": String(seconds),
        ]
        fields.merge(parts) { $1 }
        let text = fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        try await program.run(action, "{\(text)}")
    }
}
