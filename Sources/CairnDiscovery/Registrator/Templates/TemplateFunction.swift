import CairnCore

/// The functions a template can call: some of Go's own, and those that Registrator adds for reading lists and labels.
enum TemplateFunction: String, Sendable, CaseIterable {
    case and, or, not, index, len, eq, ne, lt, le, gt, ge, print, printf, println
    case strSlice, sIndex, mIndex, toUpper, toLower, replace, join, split, splitIndex
    case matchFirstElement, matchAllElements, jsonParse

    /// How many arguments it takes, the piped one included.
    var argumentCount: ClosedRange<Int> {
        switch self {
        case .not, .len, .toUpper, .toLower, .jsonParse: 1...1
        case .ne, .lt, .le, .gt, .ge, .sIndex, .mIndex, .join, .split, .matchFirstElement, .matchAllElements: 2...2
        case .splitIndex: 3...3
        case .replace: 4...4
        case .strSlice: 1...3
        case .and, .or, .index, .printf: 1...16
        case .eq: 2...16
        case .print, .println: 0...16
        }
    }

    /// Completes "…; ".
    var usage: String {
        switch self {
        case .strSlice: "write 'strSlice TEXT FROM TO'"
        case .sIndex: "write 'sIndex NUMBER LIST'"
        case .mIndex: "write 'mIndex KEY MAP'"
        case .replace: "write 'replace COUNT OLD NEW TEXT'"
        case .join: "write 'join SEPARATOR LIST'"
        case .split: "write 'split SEPARATOR TEXT'"
        case .splitIndex: "write 'splitIndex NUMBER SEPARATOR TEXT'"
        case .matchFirstElement, .matchAllElements: "write '\(rawValue) PATTERN LIST'"
        default:
            argumentCount.count == 1
                ? "it takes \(argumentCount.lowerBound)" : "it takes \(argumentCount.lowerBound) at least"
        }
    }

    var takesPattern: Bool { self == .matchFirstElement || self == .matchAllElements }

    static func pattern(_ text: String) throws(CairnError) -> Regex<AnyRegexOutput> {
        do { return try Regex(text) } catch {
            throw TemplateEvaluation.error("'\(text.excerpt())' is not a regular expression")
        }
    }

    /// The value for arguments whose number is right.
    func call(_ arguments: [JSONValue]) throws(CairnError) -> JSONValue {
        switch self {
        case .and: return arguments.first { !$0.isTrue } ?? arguments.last ?? .null
        case .or: return arguments.first { $0.isTrue } ?? arguments.last ?? .null
        case .not: return .bool(!arguments[0].isTrue)
        case .index: return try Self.index(arguments)
        case .len: return try Self.count(arguments[0])
        case .eq: return .bool(arguments.dropFirst().contains { Self.compare(arguments[0], $0) == .equal })
        case .ne: return .bool(Self.compare(arguments[0], arguments[1]) != .equal)
        case .lt: return try ordered(arguments, as: [.less])
        case .le: return try ordered(arguments, as: [.less, .equal])
        case .gt: return try ordered(arguments, as: [.greater])
        case .ge: return try ordered(arguments, as: [.greater, .equal])
        case .print: return .string(arguments.map(\.templateText).joined())
        case .println: return .string(arguments.map(\.templateText).joined(separator: " ") + "\n")
        case .printf: return .string(try Self.format(arguments))
        default: return try callOnText(arguments)
        }
    }

    private enum Order { case less, equal, greater, none }

    private static func compare(_ left: JSONValue, _ right: JSONValue) -> Order {
        switch (left, right) {
        case (.string(let left), .string(let right)): order(left, right)
        case (.integer(let left), .integer(let right)): order(left, right)
        case (.integer(let left), .double(let right)): order(Double(left), right)
        case (.double(let left), .integer(let right)): order(left, Double(right))
        case (.double(let left), .double(let right)): order(left, right)
        // What the engine leaves out has Go's empty value of its kind.
        case (.null, .string(let right)): order("", right)
        case (.string(let left), .null): order(left, "")
        case (.null, .integer(let right)): order(0, right)
        case (.integer(let left), .null): order(left, 0)
        case (.null, .bool(let right)): right ? .none : .equal
        case (.bool(let left), .null): left ? .none : .equal
        default: left == right ? .equal : .none
        }
    }

    private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> Order {
        left == right ? .equal : left < right ? .less : .greater
    }

    private func ordered(_ arguments: [JSONValue], as wanted: [Order]) throws(CairnError) -> JSONValue {
        let order = Self.compare(arguments[0], arguments[1])
        guard order != .none else { throw TemplateEvaluation.error("'\(rawValue)' cannot compare these values") }
        return .bool(wanted.contains(order))
    }

    private static func index(_ arguments: [JSONValue]) throws(CairnError) -> JSONValue {
        var value = arguments[0]
        for key in arguments.dropFirst() {
            switch (value, key) {
            case (.object(let members), .string(let name)): value = members[name] ?? .null
            case (.array(let elements), .integer(let number)) where elements.indices.contains(number):
                value = elements[number]
            case (.array(let elements), .integer(let number)):
                throw TemplateEvaluation.error("'index' asks for number \(number) of \(elements.count) elements")
            case (.null, _): value = .null
            default: throw TemplateEvaluation.error("'index' cannot look into '\(value.templateText.excerpt())'")
            }
        }
        return value
    }

    private static func count(_ value: JSONValue) throws(CairnError) -> JSONValue {
        switch value {
        case .string(let text): .integer(text.utf8.count)
        case .array(let elements): .integer(elements.count)
        case .object(let members): .integer(members.count)
        case .null: 0
        default: throw TemplateEvaluation.error("'len' needs a text or a list")
        }
    }
}
