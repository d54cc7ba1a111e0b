import FoundationEssentials

/// JSON as the engine reads and writes it.
enum EngineJSON {
    /// Encodes with sorted keys, so that equal requests are equal bytes.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    /// Decodes an answer; what does not fit is a protocol violation that carries the answer.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            let text = String(decoding: bytes, as: UTF8.self)
            throw EngineError(.protocolViolation, "the answer is not a \(type) (\(error))", body: text)
        }
    }

    static func base64Decode(_ text: String) -> [UInt8]? {
        Data(base64Encoded: text).map { [UInt8]($0) }
    }

    /// Base64 with the URL alphabet, as the `X-Registry-Auth` header wants it.
    static func base64URLEncode(_ bytes: [UInt8]) -> String {
        String(
            Data(bytes).base64EncodedString().map { character in
                switch character {
                case "+": "-"
                case "/": "_"
                default: character
                }
            })
    }
}

extension KeyedDecodingContainer {
    /// A value that some engine versions leave out or set to null.
    func value<Value: Decodable>(_ key: Key, default fallback: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? fallback
    }

    /// The keys of an object of empty objects, as in `{"80/tcp": {}}`, sorted.
    func keySet(_ key: Key) throws -> [String] {
        try value(key, default: [String: EmptyObject]()).keys.sorted()
    }
}

extension KeyedEncodingContainer {
    /// Writes a list as an object of empty objects; nothing when it is empty.
    mutating func encodeKeySet(_ names: [String], forKey key: Key) throws {
        guard !names.isEmpty else { return }
        try encode(Dictionary(names.map { ($0, EmptyObject()) }, uniquingKeysWith: { first, _ in first }), forKey: key)
    }

    /// Writes a list or dictionary unless it is empty.
    mutating func encodeNonEmpty<Value: Encodable & Collection>(_ value: Value, forKey key: Key) throws {
        if !value.isEmpty { try encode(value, forKey: key) }
    }
}

/// `{}` in either direction; what it holds when read is of no interest.
struct EmptyObject: Codable, Sendable, Equatable {
    init() {}
    init(from decoder: any Decoder) throws {}
}
