import CairnCore

/// Reads the regular files of a small tar archive in memory. The names in it are looked at and never used as paths.
enum TarReader {
    struct Member: Equatable {
        let name: String
        let content: [UInt8]
    }

    /// - Throws: `E-INVALID-FILE` for what is no whole archive, and for one with a member that would leave the directory
    ///   it is unpacked in.
    static func files(in archive: [UInt8]) throws(CairnError) -> [Member] {
        var members: [Member] = []
        var rest = archive[...]
        var longName: String?
        while rest.count >= TarWriter.blockSize {
            let header = rest.prefix(TarWriter.blockSize)
            rest = rest.dropFirst(TarWriter.blockSize)
            if header.allSatisfy({ $0 == 0 }) { return members }
            let size = try check(header)
            let content = rest.prefix(size)
            guard content.count == size else { throw error("it ends in the middle of a member") }
            let padded = (size + TarWriter.blockSize - 1) / TarWriter.blockSize * TarWriter.blockSize
            rest = rest.dropFirst(min(padded, rest.count))
            let name = longName ?? name(of: header)
            longName = nil
            switch header[header.startIndex + 156] {
            case UInt8(ascii: "0"), 0:
                try check(name: name)
                members.append(Member(name: name, content: Array(content)))
            case UInt8(ascii: "L"): longName = text(content)
            case UInt8(ascii: "x"): longName = paxPath(content)
            case UInt8(ascii: "1"), UInt8(ascii: "2"):
                throw error("its member '\(name.excerpt())' is a link")
            default: try check(name: name)
            }
        }
        throw error(members.isEmpty ? "it is empty" : "its end is missing")
    }

    /// The sum of the header's bytes is in the header; the size of the member is what comes out.
    private static func check(_ header: ArraySlice<UInt8>) throws(CairnError) -> Int {
        let start = header.startIndex
        let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        guard octal(header[(start + 148)..<(start + 156)]) == sum,
            let size = octal(header[(start + 124)..<(start + 136)])
        else { throw error("it is no tar archive") }
        return size
    }

    private static func check(name: String) throws(CairnError) {
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
            throw error("its member '\(name.excerpt())' leads out of the archive")
        }
    }

    private static func name(of header: ArraySlice<UInt8>) -> String {
        let start = header.startIndex
        let name = text(header[start..<(start + 100)])
        // Only ustar archives have a prefix there.
        guard text(header[(start + 257)..<(start + 262)]) == "ustar" else { return name }
        let prefix = text(header[(start + 345)..<(start + 500)])
        return prefix.isEmpty ? name : prefix + "/" + name
    }

    private static func paxPath(_ content: ArraySlice<UInt8>) -> String? {
        for record in content.split(separator: UInt8(ascii: "\n")) {
            let parts = String(decoding: record, as: UTF8.self).split(separator: " ", maxSplits: 1)
            if parts.count == 2, parts[1].hasPrefix("path=") { return String(parts[1].dropFirst("path=".count)) }
        }
        return nil
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func octal(_ bytes: ArraySlice<UInt8>) -> Int? {
        let digits = bytes.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        guard digits.count <= 11 else { return nil }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    private static func error(_ problem: String) -> CairnError {
        CairnError(
            .invalidFile, "The archive on standard input cannot be read: \(problem)",
            hint: "Make it with: tar cf - server.crt server.key")
    }
}
