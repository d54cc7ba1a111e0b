public import CairnCore

/// An archive in a file, whose members can be read as often as need be.
public struct Archive: Sendable {
    let file: SpoolFile
    let kind: ArchiveKind
    let limits: ArchiveLimits

    /// - Parameter kind: What it is; nil to tell by its first bytes.
    /// - Throws: `E-ARCHIVE-REFUSED` when it is empty, or something else than it should be.
    public init(_ file: SpoolFile, kind: ArchiveKind?, limits: ArchiveLimits) throws(CairnError) {
        guard file.size > 0 else { throw CairnError.archive("is empty: nothing has arrived") }
        let found = ArchiveKind(firstBytes: try file.read(at: 0, upTo: 4))
        if let kind, kind != found {
            let advice = found == .tar ? "" : ": it looks like \(found.rawValue)"
            throw CairnError.archive("is no \(kind.rawValue)\(advice)")
        }
        self.file = file
        self.kind = found
        self.limits = limits
    }

    /// Reads every member, and hands the reader to `body` for that.
    func read<Value: Sendable>(_ body: (any ArchiveReading) async throws -> Value) async throws -> Value {
        switch kind {
        case .tar: return try await body(TarReader(file.reader(maximum: limits.stream)))
        case .tarGzip:
            return try await Gunzip(file: file, maximum: limits.stream).run { try await body(TarReader($0)) }
        case .zip: return try await readZip(body)
        }
    }

    private func readZip<Value: Sendable>(_ body: (any ArchiveReading) async throws -> Value) async throws -> Value {
        let located = try ZipDirectory(file: file, limits: limits).entries()
        let entries = located.map(\.entry)
        guard entries.contains(where: { $0.kind != .directory }) else { throw CairnError.archive("holds no file") }
        // What stored members are wrapped in comes on top of the archive's own size.
        let packed = try file.sibling(maximum: 2 * file.size + (1 << 20))
        try ZipReader.regroup(located, of: file, into: packed)
        return try await Gunzip(file: packed, maximum: limits.stream).run { try await body(ZipReader(entries, $0)) }
    }
}
