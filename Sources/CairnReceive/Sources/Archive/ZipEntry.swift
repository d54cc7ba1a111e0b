import CairnCore

/// One member of a zip archive, as its directory and the header before its data agree on it (APPNOTE.TXT 4.3.7, 4.3.12).
struct ZipEntry {
    enum Kind: Equatable { case file(isExecutable: Bool), directory, symlink }

    let path: [UInt8]
    let kind: Kind
    let isStored: Bool
    let checksum: UInt32
    let packedSize: Int
    let size: Int
    /// Where its header is.
    let offset: Int

    /// The fixed part of an entry of the directory.
    static let directorySize = 46
    /// The fixed part of the header before the data.
    static let headerSize = 30

    /// - Throws: `E-ARCHIVE-REFUSED` for what cannot be unpacked, or is no file, directory or link.
    init(record: ArraySlice<UInt8>, path: [UInt8]) throws(CairnError) {
        let shown = ArchiveMember.shown(path)
        func number(_ at: Int, _ width: Int) -> Int { ZipNumber.read(record, at: at, width: width) }
        let flags = number(8, 2)
        guard flags & 0x2041 == 0 else { throw CairnError.archive("is encrypted: \(shown)") }
        let method = number(10, 2)
        guard method == 0 || method == 8 else {
            throw CairnError.archive("is packed in a way that is not known (method \(method)): \(shown)")
        }
        isStored = method == 0
        checksum = UInt32(truncatingIfNeeded: number(16, 4))
        packedSize = number(20, 4)
        size = number(24, 4)
        offset = number(42, 4)
        guard [packedSize, size, offset].allSatisfy({ $0 < 0xffff_ffff }) else {
            throw CairnError.archive("is too large a zip archive (zip64): \(shown)")
        }
        guard !isStored || packedSize == size else { throw CairnError.archive("gives two sizes for \(shown)") }
        guard !path.contains(UInt8(ascii: "\\")) else {
            throw CairnError.archive("has a backslash in a name, where zip archives have slashes: \(shown)")
        }
        self.path = path
        kind = try Self.kind(path, attributes: number(38, 4), system: number(5, 1), shown)
        guard kind != .directory || size == 0 else {
            throw CairnError.archive("has a directory with content: \(shown)")
        }
        guard kind != .symlink || size <= 4_095 else {
            throw CairnError.archive("has a link of \(size) bytes: \(shown)")
        }
    }

    /// Systems 3 (Unix) and 19 (macOS) keep the file's mode in the upper half of its attributes.
    private static func kind(
        _ path: [UInt8], attributes: Int, system: Int, _ shown: String
    ) throws(CairnError) -> Kind {
        let isDirectory = path.last == UInt8(ascii: "/")
        guard system == 3 || system == 19 else { return isDirectory ? .directory : .file(isExecutable: false) }
        let mode = attributes >> 16
        switch mode & 0o170000 {
        case 0o120000: return .symlink
        case 0o040000: return .directory
        case 0o100000, 0: return isDirectory ? .directory : .file(isExecutable: mode & 0o100 != 0)
        case 0o010000: throw CairnError.archive("holds a named pipe: \(shown)")
        case 0o020000, 0o060000: throw CairnError.archive("holds a device file: \(shown)")
        default: throw CairnError.archive("holds a member of an unknown kind: \(shown)")
        }
    }
}

/// Numbers in zip archives, which are little-endian.
enum ZipNumber {
    static func read(_ bytes: ArraySlice<UInt8>, at offset: Int, width: Int) -> Int {
        bytes.dropFirst(offset).prefix(width).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    static func write(_ number: Int, width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
