import CairnCore

/// Cuts what stands between the braces into words.
struct TemplateLexer {
    /// A word, where it stands in the template, and whether it follows the one before without a blank.
    struct Lexeme {
        var token: TemplateToken
        var position: Int
        var isAttached: Bool
    }

    private let scalars: [Unicode.Scalar]
    private let origin: Int
    private var position = 0

    init(_ scalars: [Unicode.Scalar], at origin: Int) {
        self.scalars = scalars
        self.origin = origin
    }

    mutating func lexemes() throws(CairnError) -> [Lexeme] {
        var lexemes: [Lexeme] = []
        while true {
            let before = position
            while let current, current.properties.isWhitespace { position += 1 }
            guard let current else { return lexemes }
            let start = position
            let token = try token(current)
            lexemes.append(
                Lexeme(token: token, position: origin + start, isAttached: before == start && !lexemes.isEmpty))
        }
    }

    private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func token(_ first: Unicode.Scalar) throws(CairnError) -> TemplateToken {
        switch first {
        case "\"": return .string(try quoted())
        case "`": return .string(try raw())
        case ".":
            position += 1
            let name = name()
            return name.isEmpty ? .dot : .field(name)
        case "$":
            position += 1
            return .variable(name())
        case "|": return single(.pipe)
        case "(": return single(.open)
        case ")": return single(.close)
        case ",": return single(.comma)
        case "=": return single(.assign)
        case ":":
            position += 1
            guard current == "=" else { throw error("':' must be followed by '='") }
            return single(.declare)
        case "0"..."9", "-", "+": return try number()
        default:
            let name = name()
            guard !name.isEmpty else { throw error("'\(String(first).excerpt())' means nothing here") }
            return .word(name)
        }
    }

    private mutating func single(_ token: TemplateToken) -> TemplateToken {
        position += 1
        return token
    }

    private mutating func name() -> String {
        let start = position
        while let current, current == "_" || current.properties.isAlphabetic || current.properties.numericType != nil {
            position += 1
        }
        return String(scalars[start..<position])
    }

    private mutating func number() throws(CairnError) -> TemplateToken {
        let start = position
        position += 1
        while let current, current == "." || current.properties.numericType != nil { position += 1 }
        let text = String(scalars[start..<position])
        if let whole = Int(text) { return .number(.integer(whole)) }
        if let double = Double(text) { return .number(.double(double)) }
        throw error("'\(text.excerpt())' is not a number")
    }

    private mutating func raw() throws(CairnError) -> String {
        position += 1
        let start = position
        while let current, current != "`" { position += 1 }
        guard current != nil else { throw error("a text is not closed") }
        position += 1
        return String(scalars[start..<(position - 1)])
    }

    private mutating func quoted() throws(CairnError) -> String {
        position += 1
        var text: [Unicode.Scalar] = []
        while let current {
            position += 1
            switch current {
            case "\"": return String(text[...])
            case "\\": text.append(try escape())
            default: text.append(current)
            }
        }
        throw error("a text is not closed")
    }

    private mutating func escape() throws(CairnError) -> Unicode.Scalar {
        guard let current else { throw error("a text is not closed") }
        position += 1
        switch current {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "\"", "\\", "'": return current
        default: throw error("'\\\(String(current).excerpt())' is not known inside a text; write it between backquotes")
        }
    }

    private func error(_ problem: String) -> CairnError { TagTemplate.error(problem, at: origin + position) }
}
