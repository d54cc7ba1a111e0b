/// A value of JSON (RFC 8259). Whole numbers that fit into an `Int` stay whole.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads one JSON document that may hold comments (`// …` and `/* … */`), as app.json may. Everything else is
    /// strict: a key twice in one object, a trailing comma, a number no `Double` can hold, half a surrogate pair,
    /// nesting deeper than 64 and files over 1 MiB are refused. A byte order mark at the start is passed over.
    ///
    /// - Throws: `E-INVALID-FILE` that calls the document `file`, with line and column, both from 1; columns count
    ///   Unicode scalars.
    public init(parsing bytes: [UInt8], file: String) throws(CairnError) {
        let text = try SourceText.decode(bytes, file: file, maximumBytes: JSONScanner.maximumBytes)
        var scanner = JSONScanner(text, file: file)
        self = try scanner.document()
    }

    /// The same for text.
    public init(parsing text: String, file: String) throws(CairnError) {
        try self.init(parsing: Array(text.utf8), file: file)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// The last value wins where a key is written twice.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
