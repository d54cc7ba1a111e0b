import CairnCore

/// A piece of a filter's text.
enum FilterToken: Equatable {
    /// A selector, a bare value or a keyword: as it was written, and as names of a way.
    case word(String, path: [String])
    case quoted(String)
    case equal
    case notEqual
    case open
    case close

    /// The most bytes of a filter.
    static let maximumLength = 4096

    static func all(in text: String) throws(FilterError) -> [FilterToken] {
        guard text.utf8.count <= maximumLength else {
            throw FilterError("the expression is longer than \(maximumLength) bytes")
        }
        var rest = text[...]
        var tokens: [FilterToken] = []
        while let character = rest.first {
            if character.isWhitespace {
                rest.removeFirst()
            } else {
                tokens.append(try next(&rest))
            }
        }
        if tokens.isEmpty { throw FilterError("the expression is empty") }
        return tokens
    }

    private static func next(_ rest: inout Substring) throws(FilterError) -> FilterToken {
        if rest.hasPrefix("==") {
            rest.removeFirst(2)
            return .equal
        }
        if rest.hasPrefix("!=") {
            rest.removeFirst(2)
            return .notEqual
        }
        switch rest.first {
        case "(":
            rest.removeFirst()
            return .open
        case ")":
            rest.removeFirst()
            return .close
        case "\"", "`": return .quoted(try quoted(&rest))
        default: return try word(&rest)
        }
    }

    /// In double quotes a backslash escapes; between back-ticks everything is itself.
    private static func quoted(_ rest: inout Substring) throws(FilterError) -> String {
        let quote = rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            guard character == "\\", quote == "\"" else {
                text.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case let escaped? where escaped == "\"" || escaped == "\\": text.append(escaped)
            case let other?: throw FilterError("unknown escape \\\(other)")
            case nil: break
            }
        }
        throw FilterError("a closing quote is missing")
    }

    private static func word(_ rest: inout Substring) throws(FilterError) -> FilterToken {
        let text = rest.prefix { !$0.isWhitespace && !"()\"`=![]".contains($0) }
        guard !text.isEmpty else { throw FilterError("unexpected \(String(rest.prefix(1)))") }
        rest.removeFirst(text.count)
        var path = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var written = String(text)
        // `Meta["a.b"]` names what has dots in it.
        while rest.first == "[" {
            rest.removeFirst()
            guard rest.first == "\"" || rest.first == "`" else {
                throw FilterError("a quoted name is expected after [")
            }
            path.append(try quoted(&rest))
            guard rest.popFirst() == "]" else { throw FilterError("a closing bracket is missing") }
            written += "[]"
        }
        return .word(written, path: path)
    }

    var isOperand: Bool {
        switch self {
        case .word, .quoted: true
        case .equal, .notEqual, .open, .close: false
        }
    }

    /// What it stands for as a value.
    var value: String {
        switch self {
        case .word(let text, _), .quoted(let text): text
        case .equal, .notEqual, .open, .close: ""
        }
    }

    var text: String {
        switch self {
        case .word(let text, _): "\"\(text.excerpt())\""
        case .quoted(let text): "the text \"\(text.excerpt())\""
        case .equal: "\"==\""
        case .notEqual: "\"!=\""
        case .open: "\"(\""
        case .close: "\")\""
        }
    }
}
