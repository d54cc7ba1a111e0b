import CairnCore

/// Reads a tar archive: ustar and pax (POSIX.1-2001), and what GNU tar writes for long names.
final class TarReader: ArchiveReading {
    static let blockSize = 512
    /// What a long name or a pax header has at most. In bytes.
    private static let maximumHeader = 1 << 20

    private let bytes: ByteReader
    /// Of the current file, with the padding of its last block.
    private var remaining = 0
    private var padding = 0

    init(_ bytes: ByteReader) { self.bytes = bytes }

    func next() async throws -> ArchiveMember? {
        try await finishContent()
        var extended = Extended()
        while let header = try await header() {
            switch header.type {
            case UInt8(ascii: "x"): try extended.readPax(try await smallContent(header.size))
            case UInt8(ascii: "L"): extended.path = Self.name(try await smallContent(header.size))
            case UInt8(ascii: "K"): extended.link = Self.name(try await smallContent(header.size))
            // Settings for all members (git writes the commit into one), and the label of a volume.
            case UInt8(ascii: "g"), UInt8(ascii: "V"): try await bytes.skip(Self.padded(header.size))
            default: return try member(header, extended)
            }
        }
        _ = try await bytes.drain()
        return nil
    }

    func content() async throws -> [UInt8]? {
        guard remaining > 0 else { return nil }
        let piece = try await bytes.read(upTo: remaining)
        guard !piece.isEmpty else { throw CairnError.archive("ends in the middle of a member: it is not complete") }
        remaining -= piece.count
        return piece
    }

    private func finishContent() async throws {
        try await bytes.skip(remaining + padding)
        (remaining, padding) = (0, 0)
    }

    private func header() async throws -> TarBlock? {
        let first = try await bytes.read(upTo: 1)
        guard let start = first.first else { throw CairnError.archive("ends without its end mark: it is not complete") }
        let block = [start] + (try await bytes.read(exactly: Self.blockSize - 1))
        // A block of zeros begins the end.
        return block.allSatisfy { $0 == 0 } ? nil : try TarBlock(block)
    }

    private func smallContent(_ size: Int) async throws -> [UInt8] {
        guard size <= Self.maximumHeader else { throw CairnError.archive("has a name of \(size) bytes") }
        return Array(try await bytes.read(exactly: Self.padded(size)).prefix(size))
    }

    private func member(_ header: TarBlock, _ extended: Extended) throws -> ArchiveMember {
        let path = extended.path ?? header.path
        let shown = ArchiveMember.shown(path)
        let link = extended.link ?? header.link
        switch header.type {
        // In archives from before POSIX a name with a slash at its end is a directory.
        case 0 where path.last == UInt8(ascii: "/"), UInt8(ascii: "0") where path.last == UInt8(ascii: "/"):
            return ArchiveMember(path: path, kind: .directory)
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
            remaining = extended.size ?? header.size
            padding = Self.padded(remaining) - remaining
            return ArchiveMember(path: path, kind: .file(size: remaining, isExecutable: header.mode & 0o100 != 0))
        case UInt8(ascii: "5"): return ArchiveMember(path: path, kind: .directory)
        case UInt8(ascii: "2"): return ArchiveMember(path: path, kind: .symlink(target: link))
        case UInt8(ascii: "1"): return ArchiveMember(path: path, kind: .hardLink(target: link))
        case UInt8(ascii: "3"), UInt8(ascii: "4"): throw CairnError.archive("holds a device file: \(shown)")
        case UInt8(ascii: "6"): throw CairnError.archive("holds a named pipe: \(shown)")
        case UInt8(ascii: "S"): throw CairnError.archive("holds a sparse file: \(shown)")
        default: throw CairnError.archive("holds a member of an unknown kind: \(shown)")
        }
    }

    private static func padded(_ size: Int) -> Int { (size + blockSize - 1) / blockSize * blockSize }

    /// GNU tar ends a long name with a zero.
    private static func name(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.prefix { $0 != 0 }) }

    /// What comes before a member because its own header has no room for it.
    private struct Extended {
        var path: [UInt8]?
        var link: [UInt8]?
        var size: Int?

        /// Records of the form `length keyword=value\n`.
        mutating func readPax(_ bytes: [UInt8]) throws {
            var rest = bytes[...]
            while !rest.isEmpty {
                let digits = rest.prefix { $0 != UInt8(ascii: " ") }
                guard digits.count < 8, let length = Int(String(decoding: digits, as: UTF8.self)),
                    length > digits.count + 2, length <= rest.count
                else { throw CairnError.archive("has a pax header that cannot be read") }
                let record = rest.prefix(length).dropFirst(digits.count + 1).dropLast()
                let key = String(decoding: record.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
                try take(key, Array(record.dropFirst(key.utf8.count + 1)))
                rest = rest.dropFirst(length)
            }
        }

        private mutating func take(_ key: String, _ value: [UInt8]) throws {
            switch key {
            case "path": path = value
            case "linkpath": link = value
            case "size":
                guard let number = Int(String(decoding: value, as: UTF8.self)),
                    (0...TarBlock.maximumSize).contains(number)
                else { throw CairnError.archive("has a member of an impossible size") }
                size = number
            case _ where key.hasPrefix("GNU.sparse."): throw CairnError.archive("holds a sparse file")
            default: break
            }
        }
    }
}
