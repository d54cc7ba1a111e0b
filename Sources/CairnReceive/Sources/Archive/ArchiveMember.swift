import CairnCore

/// One member of an archive, as the archive says it: nothing of it has been checked.
struct ArchiveMember: Equatable {
    enum Kind: Equatable {
        /// The size is in bytes.
        case file(size: Int, isExecutable: Bool)
        case directory
        case symlink(target: [UInt8])
        /// Another name of a file that comes before it.
        case hardLink(target: [UInt8])
    }

    /// Bytes, as names need not be UTF-8.
    let path: [UInt8]
    let kind: Kind

    /// For messages.
    static func shown(_ path: [UInt8]) -> String { "'\(String(decoding: path, as: UTF8.self).excerpt(120))'" }
}

/// Reads an archive from its beginning to its end, one member at a time.
protocol ArchiveReading {
    /// The next member, past what was not read of the one before; nil at the end.
    ///
    /// - Throws: `E-ARCHIVE-REFUSED`.
    func next() async throws -> ArchiveMember?

    /// The next bytes of the file that `next` returned last; nil at its end.
    func content() async throws -> [UInt8]?
}
