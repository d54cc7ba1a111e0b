import CLibgit2

/// The SHA-1 name of a git object.
public struct ObjectID: Hashable, Sendable, CustomStringConvertible {
    /// 20 bytes.
    public let bytes: [UInt8]

    /// The id that stands for "no object": the old value of a new reference and the new one of a deleted reference in the
    /// lines that a receive hook reads (githooks(5)).
    public static let zero = ObjectID(unchecked: [UInt8](repeating: 0, count: 20))

    /// Reads 40 hexadecimal digits; `nil` for anything else, abbreviations too.
    public init?(_ hex: String) {
        let digits = hex.utf8.compactMap(Self.value(ofDigit:))
        guard hex.utf8.count == 40, digits.count == 40 else { return nil }
        bytes = stride(from: 0, to: 40, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    init(_ oid: git_oid) {
        bytes = withUnsafeBytes(of: oid.id) { Array($0.prefix(20)) }
    }

    init(_ oid: UnsafePointer<git_oid>) { self.init(oid.pointee) }

    var oid: git_oid {
        var result = git_oid()
        _ = git_oid_fromraw(&result, bytes)
        return result
    }

    /// Whether this is ``zero``.
    public var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

    /// 40 lower-case hexadecimal digits.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The first eight digits, for people.
    public var short: String { String(description.prefix(8)) }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
