import NIOCore

/// One member of a tar archive, without its content.
struct TarHeader {
    enum Kind: Equatable {
        case file(size: Int, isExecutable: Bool)
        case directory
        case symlink(target: [UInt8])
    }

    /// Relative, without a trailing slash. Bytes, as names on Linux need not be UTF-8.
    let path: [UInt8]
    let kind: Kind
    /// Seconds since 1970.
    let modificationTime: Int

    /// Everything is written in blocks of this many bytes.
    static let blockSize = 512
    /// What the twelve bytes of a number hold as eleven octal digits: 8 GiB - 1.
    static let largestUstarNumber = 0o777_7777_7777

    /// Appends the ustar header (POSIX.1-1988), after a pax extended header (POSIX.1-2001) where a path, a link or a size
    /// does not fit into it. The same header always gives the same bytes: the owner is 0:0, without names.
    func write(to buffer: inout ByteBuffer) {
        let name = kind == .directory ? path + [UInt8(ascii: "/")] : path
        var extended: [UInt8] = []
        let split = Self.split(name)
        if split == nil { extended += Self.record("path", name) }
        if !Self.isASCII(linkTarget) || linkTarget.count > 100 { extended += Self.record("linkpath", linkTarget) }
        if size > Self.largestUstarNumber { extended += Self.record("size", Array(String(size).utf8)) }
        if !extended.isEmpty {
            // The name is what a reader without pax support would unpack; nobody else sees it.
            let block = Self.block(
                name: Array("././@PaxHeader".utf8), prefix: [], mode: 0o644, size: extended.count, time: 0, type: "x",
                link: [])
            buffer.writeBytes(block)
            buffer.writeBytes(extended)
            Self.writePadding(afterContentOf: extended.count, to: &buffer)
        }
        let short = split ?? (prefix: [], name: Self.truncated(name))
        buffer.writeBytes(
            Self.block(
                name: short.name, prefix: short.prefix, mode: mode, size: size <= Self.largestUstarNumber ? size : 0,
                time: min(max(modificationTime, 0), Self.largestUstarNumber), type: type,
                link: Self.truncated(linkTarget)))
    }

    /// Fills the last block of a member with zeros.
    static func writePadding(afterContentOf size: Int, to buffer: inout ByteBuffer) {
        buffer.writeRepeatingByte(0, count: (blockSize - size % blockSize) % blockSize)
    }

    /// Two blocks of zeros end an archive.
    static func writeEnd(to buffer: inout ByteBuffer) {
        buffer.writeRepeatingByte(0, count: 2 * blockSize)
    }

    private var size: Int {
        if case .file(let size, _) = kind { size } else { 0 }
    }

    private var mode: Int {
        switch kind {
        case .file(_, let isExecutable): isExecutable ? 0o755 : 0o644
        case .directory: 0o755
        case .symlink: 0o777
        }
    }

    private var type: Unicode.Scalar {
        switch kind {
        case .file: "0"
        case .directory: "5"
        case .symlink: "2"
        }
    }

    private var linkTarget: [UInt8] {
        if case .symlink(let target) = kind { target } else { [] }
    }
}

extension TarHeader {
    /// Cuts a path at a slash so that the fields of 155 and 100 bytes hold it; `nil` when they cannot, or when it is not
    /// ASCII, which is all that ustar defines.
    private static func split(_ path: [UInt8]) -> (prefix: [UInt8], name: [UInt8])? {
        guard isASCII(path) else { return nil }
        if path.count <= 100 { return ([], path) }
        // The slash of a directory's own name cannot be the cut: nothing would be left.
        for index in path.indices.dropLast() where path[index] == UInt8(ascii: "/") && index <= 155 {
            if path.count - index - 1 <= 100 { return (Array(path[..<index]), Array(path[(index + 1)...])) }
        }
        return nil
    }

    private static func isASCII(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 < 0x80 } }

    private static func truncated(_ bytes: [UInt8]) -> [UInt8] {
        bytes.prefix(100).map { $0 < 0x80 ? $0 : UInt8(ascii: "_") }
    }

    /// `length keyword=value\n`, where the length counts itself.
    private static func record(_ keyword: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(keyword)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = rest.count
        while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
        return Array(String(length).utf8) + rest
    }

    private static func block(
        name: [UInt8], prefix: [UInt8], mode: Int, size: Int, time: Int, type: Unicode.Scalar, link: [UInt8]
    ) -> [UInt8] {
        var block: [UInt8] = []
        block.reserveCapacity(blockSize)
        func field(_ bytes: [UInt8], _ width: Int) {
            block += bytes
            block += repeatElement(0, count: width - bytes.count)
        }
        field(name, 100)
        field(octal(mode, digits: 7), 8)
        field(octal(0, digits: 7), 8)
        field(octal(0, digits: 7), 8)
        field(octal(size, digits: 11), 12)
        field(octal(time, digits: 11), 12)
        // The checksum is the sum of all bytes of the block, this field counted as blanks.
        field(Array("        ".utf8), 8)
        field([UInt8(ascii: type)], 1)
        field(link, 100)
        field(Array("ustar\0".utf8) + Array("00".utf8), 8)
        field([], 32)
        field([], 32)
        field(octal(0, digits: 7), 8)
        field(octal(0, digits: 7), 8)
        field(prefix, 155)
        field([], 12)
        let sum = block.reduce(0) { $0 + Int($1) }
        block.replaceSubrange(148..<156, with: octal(sum, digits: 6) + [0, UInt8(ascii: " ")])
        return block
    }

    private static func octal(_ number: Int, digits: Int) -> [UInt8] {
        let text = Array(String(number, radix: 8).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, digits - text.count)) + text
    }
}
