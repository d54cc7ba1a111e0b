/// A kind of process of an app, the word before the colon in a Procfile: `web`, `worker`.
public struct ProcessType: Hashable, Sendable, Comparable, CustomStringConvertible, CodingKeyRepresentable, Codable {
    /// The name as text.
    public let rawValue: String

    /// The process that nginx sends requests to.
    public static let web = ProcessType(unchecked: "web")
    /// Not a process: its command runs once before each release goes live.
    public static let release = ProcessType(unchecked: "release")

    private init(unchecked name: String) { rawValue = name }

    /// - Throws: `E-INVALID-NAME` unless the name is 1 to 63 letters, digits, `_` and `-`, and neither starts nor ends
    ///   with a dash.
    public init(validating name: String) throws(CairnError) {
        let isValid =
            (1...63).contains(name.utf8.count) && !name.hasPrefix("-") && !name.hasSuffix("-")
            && name.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
        guard isValid else {
            throw CairnError(
                .invalidName, "'\(name.excerpt())' is not a valid process type",
                hint: "Use up to 63 letters, digits, '_' and '-', such as 'web' or 'mail-worker'.")
        }
        rawValue = name
    }

    public var description: String { rawValue }
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    public init(from decoder: any Decoder) throws {
        try self.init(validating: decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public var codingKey: any CodingKey { StringKey(stringValue: rawValue) }
    public init?<Key: CodingKey>(codingKey: Key) { try? self.init(validating: codingKey.stringValue) }
}

/// Lets a value type be the key of a JSON object.
struct StringKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension UInt8 {
    var isASCIIAlphanumeric: Bool { isASCIIDigit || isASCIILetter }
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
}
