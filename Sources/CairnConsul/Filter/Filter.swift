import CairnCore

/// A condition on what is listed, https://developer.hashicorp.com/consul/api-docs/features/filtering.
indirect enum Filter: Sendable {
    case and(Filter, Filter)
    case or(Filter, Filter)
    case not(Filter)
    case term(Term)

    /// Compares what a selector points at with a value.
    struct Term: Sendable {
        /// The names on the way to what is looked at.
        var path: [String]
        var test: Test

        var selector: String { path.joined(separator: ".") }
    }

    enum Test: Sendable {
        case equals(String)
        /// An element of a list, a key of a map, a part of a text.
        case contains(String)
        case isEmpty
        case matches(Pattern)
    }

    /// - Throws: What is wrong with the text.
    init(parsing text: String) throws(FilterError) {
        var parser = try FilterParser(text)
        self = try parser.filter()
    }

    /// - Throws: What the condition asks of things that are not of the form it takes them to be.
    func check(against schema: Schema) throws(FilterError) {
        switch self {
        case .and(let left, let right), .or(let left, let right):
            try left.check(against: schema)
            try right.check(against: schema)
        case .not(let filter): try filter.check(against: schema)
        case .term(let term): try schema.check(term)
        }
    }

    func holds(_ value: JSONValue) -> Bool {
        switch self {
        case .and(let left, let right): left.holds(value) && right.holds(value)
        case .or(let left, let right): left.holds(value) || right.holds(value)
        case .not(let filter): !filter.holds(value)
        case .term(let term): term.holds(value)
        }
    }
}

/// Why a text is no filter.
struct FilterError: Error, Equatable {
    var message: String

    init(_ message: String) { self.message = message }
}

extension Filter.Term {
    fileprivate func holds(_ value: JSONValue) -> Bool {
        let found = Self.find(path[...], in: value)
        switch test {
        case .equals(let text): return found.contains { $0.scalarText == text }
        case .contains(let text): return found.contains { $0.contains(text) }
        // What is not there has nothing in it.
        case .isEmpty: return found.allSatisfy(\.isEmpty)
        case .matches(let pattern): return found.contains { $0.texts.contains(where: pattern.matches) }
        }
    }

    /// What the path leads to; a list of objects leads to what each of them has.
    private static func find(_ path: ArraySlice<String>, in value: JSONValue) -> [JSONValue] {
        guard let name = path.first else { return [value] }
        switch value {
        case .object(let members): return members[name].map { find(path.dropFirst(), in: $0) } ?? []
        case .array(let elements): return elements.flatMap { find(path, in: $0) }
        default: return []
        }
    }
}

extension JSONValue {
    fileprivate var scalarText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    fileprivate func contains(_ text: String) -> Bool {
        switch self {
        case .array(let elements): elements.contains { $0.scalarText == text }
        case .object(let members): members[text] != nil
        case .string(let whole): text.isEmpty || whole.firstRange(of: text) != nil
        default: false
        }
    }

    fileprivate var isEmpty: Bool {
        switch self {
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        case .string(let text): text.isEmpty
        case .null: true
        default: false
        }
    }

    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.compactMap(\.scalarText)
        default: []
        }
    }
}
