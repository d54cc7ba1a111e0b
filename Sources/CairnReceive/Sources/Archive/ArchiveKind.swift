/// The kinds of archive that an app can be deployed from.
public enum ArchiveKind: String, Sendable, CaseIterable {
    case tar
    case tarGzip = "tar.gz"
    case zip

    /// What the first bytes of a file show it to be: those of gzip (RFC 1952), of zip (APPNOTE.TXT 4.3.7), else tar.
    init(firstBytes bytes: [UInt8]) {
        if bytes.starts(with: [0x1f, 0x8b]) {
            self = .tarGzip
        } else if bytes.starts(with: [0x50, 0x4b, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4b, 0x05, 0x06]) {
            self = .zip
        } else {
            self = .tar
        }
    }

    /// The words for all of them, for messages.
    public static var words: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// How much an archive may hold.
public struct ArchiveLimits: Sendable, Equatable {
    /// Members of any kind.
    public var files: Int
    /// Bytes of all files together, unpacked; the archive itself may not be larger either.
    public var size: Int

    /// The usual numbers: 10,000 members and 1 GiB.
    public init(files: Int = 10_000, size: Int = 1 << 30) {
        self.files = files
        self.size = size
    }

    /// What a sound archive shrinks to is more than one part in this many. deflate cannot do better than 1:1032.
    static let ratio = 400
    /// The ratio does not matter below this many unpacked bytes.
    static let harmlessSize = 32 << 20

    /// Bytes of the unpacked stream: headers and padding come on top of the files.
    var stream: Int { size + files * 4_096 + (1 << 20) }
}
