import CairnCore

/// The header of one member of a tar archive.
struct TarBlock {
    let path: [UInt8]
    let link: [UInt8]
    let mode: Int
    /// Of the content that follows, in bytes; 0 for members that have none.
    let size: Int
    let type: UInt8

    /// More than any disk has, and far from an overflow.
    static let maximumSize = 1 << 50

    /// - Throws: `E-ARCHIVE-REFUSED` when this is no header.
    init(_ block: [UInt8]) throws(CairnError) {
        guard let sum = Self.number(block[148..<156]), sum == Self.checksum(block) || sum == Self.signedChecksum(block)
        else { throw CairnError.archive("is no tar archive, or is damaged: the checksum of a header is wrong") }
        guard let size = Self.number(block[124..<136]), size <= Self.maximumSize else {
            throw CairnError.archive("has a member of an impossible size")
        }
        type = block[156]
        mode = Self.number(block[100..<108]) ?? 0
        self.size = size
        link = Self.text(block[157..<257])
        let name = Self.text(block[0..<100])
        // GNU's own format has other things where POSIX has a prefix; only the end of the magic tells them apart.
        let isPOSIX = Array(block[257..<263]) == Array("ustar\0".utf8)
        let prefix = isPOSIX ? Self.text(block[345..<500]) : []
        path = prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

    /// Octal digits; or, with the first bit set, a big-endian number as GNU tar writes large ones. Nil for anything else.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80, field.dropFirst().dropLast(7).allSatisfy({ $0 == 0 }) else { return nil }
            return field.suffix(7).reduce(0) { $0 << 8 | Int($1) }
        }
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        if digits.isEmpty { return 0 }
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// The sum of all bytes, those of the sum itself counted as blanks.
    private static func checksum(_ block: [UInt8]) -> Int {
        block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
    }

    /// Some old programs took the bytes for signed numbers.
    private static func signedChecksum(_ block: [UInt8]) -> Int {
        block.enumerated().reduce(0) {
            $0 + ((148..<156).contains($1.offset) ? 0x20 : Int(Int8(bitPattern: $1.element)))
        }
    }
}
