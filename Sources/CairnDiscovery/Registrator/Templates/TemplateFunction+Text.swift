import CairnCore

/// The functions for texts and lists of texts.
extension TemplateFunction {
    func callOnText(_ arguments: [JSONValue]) throws(CairnError) -> JSONValue {
        switch self {
        case .toUpper: return .string(try text(arguments[0]).uppercased())
        case .toLower: return .string(try text(arguments[0]).lowercased())
        case .strSlice: return .string(try slice(arguments))
        case .sIndex: return .string(Self.element(try number(arguments[0]), of: try list(arguments[1])))
        case .mIndex: return arguments[1].memberOrEmpty(try text(arguments[0]))
        case .replace: return .string(try replace(arguments))
        case .join: return .string(try list(arguments[1]).joined(separator: try text(arguments[0])))
        case .split:
            return .array(Self.split(try text(arguments[1]), at: try text(arguments[0])).map { .string($0) })
        case .splitIndex:
            let parts = Self.split(try text(arguments[2]), at: try text(arguments[1]))
            return .string(Self.element(try number(arguments[0]), of: parts))
        case .matchFirstElement: return .string(try matches(arguments, maximum: 1).first ?? "")
        case .matchAllElements: return .array(try matches(arguments, maximum: .max).map { .string($0) })
        case .jsonParse: return try JSONValue(parsing: try text(arguments[0]), file: "the text for jsonParse")
        default: return .null
        }
    }

    private func text(_ value: JSONValue) throws(CairnError) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: throw TemplateEvaluation.error("'\(rawValue)' needs a text, not '\(value.templateText.excerpt())'")
        }
    }

    private func number(_ value: JSONValue) throws(CairnError) -> Int {
        guard case .integer(let number) = value else {
            throw TemplateEvaluation.error("'\(rawValue)' needs a number, not '\(value.templateText.excerpt())'")
        }
        return number
    }

    private func list(_ value: JSONValue) throws(CairnError) -> [String] {
        switch value {
        case .array(let elements):
            var texts: [String] = []
            for element in elements { texts.append(try text(element)) }
            return texts
        case .null: return []
        default:
            throw TemplateEvaluation.error("'\(rawValue)' needs a list, not '\(value.templateText.excerpt())'")
        }
    }

    /// As from Registrator: bounds beyond the text leave it whole, an end before the start means the rest.
    private func slice(_ arguments: [JSONValue]) throws(CairnError) -> String {
        let text = try text(arguments[0])
        var bounds: [Int] = []
        for argument in arguments.dropFirst() { bounds.append(try number(argument)) }
        let bytes = Array(text.utf8)
        guard !bounds.isEmpty, bounds.allSatisfy({ (0...bytes.count).contains($0) }) else { return text }
        let end = bounds.count == 2 && bounds[1] >= bounds[0] ? bounds[1] : bytes.count
        return String(decoding: bytes[bounds[0]..<end], as: UTF8.self)
    }

    /// Beyond the end is the last; negative numbers count from the end, and beyond the beginning is the first.
    static func element(_ number: Int, of list: [String]) -> String {
        if number >= 0 { return list.dropFirst(number).first ?? list.last ?? "" }
        // The smallest number has no counterpart, and is beyond the beginning anyway.
        return number.magnitude >= UInt(list.count) ? list.first ?? "" : list[list.count + number]
    }

    static func split(_ text: String, at separator: String) -> [String] {
        if separator.isEmpty { return text.map(String.init) }
        return text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    /// The first so many occurrences; all for a negative number.
    private func replace(_ arguments: [JSONValue]) throws(CairnError) -> String {
        let count = try number(arguments[0])
        let old = try text(arguments[1])
        let text = try text(arguments[3])
        guard !old.isEmpty else { return text }
        let pieces = text.split(
            separator: old, maxSplits: count < 0 ? .max : count, omittingEmptySubsequences: false)
        return pieces.joined(separator: try self.text(arguments[2]))
    }

    private func matches(_ arguments: [JSONValue], maximum: Int) throws(CairnError) -> [String] {
        let pattern = try Self.pattern(try text(arguments[0]))
        // An element is whatever a container's author wrote, and some patterns take long for long texts.
        return Array(
            try list(arguments[1]).lazy.filter { $0.utf8.count <= 4096 && $0.contains(pattern) }.prefix(maximum))
    }

    /// `%s`, `%v`, `%d`, `%t`, `%q` and `%%`.
    static func format(_ arguments: [JSONValue]) throws(CairnError) -> String {
        guard case .string(let format) = arguments[0] else {
            throw TemplateEvaluation.error("'printf' needs a text first")
        }
        var rest = arguments.dropFirst()
        var result = ""
        var verb = false
        for character in format {
            if !verb {
                if character == "%" { verb = true } else { result.append(character) }
                continue
            }
            verb = false
            switch character {
            case "%": result.append("%")
            case "s", "v", "d", "t": result += try next(&rest).templateText
            case "q": result += JSONValue.string(try next(&rest).templateText).text
            default: throw TemplateEvaluation.error("'printf' does not know '%\(character)'")
            }
        }
        guard !verb, rest.isEmpty else { throw TemplateEvaluation.error("'printf' is given more than it prints") }
        return result
    }

    private static func next(_ rest: inout ArraySlice<JSONValue>) throws(CairnError) -> JSONValue {
        guard let value = rest.popFirst() else {
            throw TemplateEvaluation.error("'printf' is given less than it prints")
        }
        return value
    }
}

extension JSONValue {
    fileprivate func memberOrEmpty(_ key: String) -> JSONValue {
        guard case .object(let members) = self else { return .string("") }
        return members[key] ?? .string("")
    }
}
