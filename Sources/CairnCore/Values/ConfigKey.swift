/// The name of a config variable, as POSIX allows it for the environment: letters, digits and `_`, no leading digit.
public struct ConfigKey: Hashable, Sendable, Comparable, CustomStringConvertible, CodingKeyRepresentable, Codable {
    /// The name as text.
    public let rawValue: String

    /// Where a web process is told to listen.
    public static let port = ConfigKey(unchecked: "PORT")

    private init(unchecked name: String) { rawValue = name }

    /// - Throws: `E-INVALID-NAME`.
    public init(validating name: String) throws(CairnError) {
        let isValid =
            name.utf8.first.map { !$0.isASCIIDigit } == true && name.utf8.count <= 256
            && name.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") }
        guard isValid else {
            throw CairnError(
                .invalidName, "Invalid key name: '\(name.excerpt())'",
                hint: "A key is letters, digits and '_', and does not start with a digit.")
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

/// One `KEY=VALUE` as given to `config:set`. The value is any text without NUL, which no environment can carry.
public struct ConfigPair: Hashable, Sendable {
    /// What precedes the first `=`.
    public let key: ConfigKey
    /// Everything after it, byte for byte.
    public let value: String

    /// - Throws: `E-INVALID-VALUE` for a value that no process can be started with.
    public init(key: ConfigKey, value: String) throws(CairnError) {
        guard !value.utf8.contains(0) else {
            throw CairnError(
                .invalidValue, "The value of \(key) contains a NUL byte",
                hint: "Environment variables cannot hold NUL; encode the value, for example with base64.")
        }
        // Linux's MAX_ARG_STRLEN holds for the whole `KEY=VALUE` with its closing NUL.
        guard key.rawValue.utf8.count + value.utf8.count + 2 <= 128 * 1024 else {
            throw CairnError(
                .invalidValue, "The value of \(key) is larger than 128 KiB",
                hint: "Linux starts no process with a larger variable; put it into a file or a volume.")
        }
        self.key = key
        self.value = value
    }

    /// - Throws: `E-INVALID-VALUE` without a `=`, `E-INVALID-NAME` for a bad key.
    public init(parsing text: String) throws(CairnError) {
        // Bytes, not characters: a value that begins with a combining mark would hide the '='.
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            throw CairnError(
                .invalidValue, "Invalid env pair: \(text.excerpt())", hint: "Write each pair as KEY=VALUE.")
        }
        try self.init(
            key: ConfigKey(validating: String(text[..<equals])), value: String(text[text.utf8.index(after: equals)...]))
    }
}
