/// Reads one line of a TOML file.
struct TOMLLineReader {
    enum Content: Equatable {
        case nothing
        case table(String)
        case value(key: String, String)
    }

    private var rest: Substring

    init(_ line: Substring) { rest = line }

    /// What the line says; nil for what is not understood.
    var content: Content? {
        mutating get {
            skipBlanks()
            if isAtEnd { return .nothing }
            if take("[") {
                guard let name = dottedKey(), take("]"), endsHere() else { return nil }
                return .table(name)
            }
            guard let key = dottedKey(), take("="), let value = value(), endsHere() else { return nil }
            return .value(key: key, value)
        }
    }

    private var isAtEnd: Bool { rest.isEmpty || rest.first == "#" }

    private mutating func endsHere() -> Bool {
        skipBlanks()
        return isAtEnd
    }

    private mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" } }

    private mutating func take(_ character: Character) -> Bool {
        skipBlanks()
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func dottedKey() -> String? {
        guard var name = key() else { return nil }
        while take(".") {
            guard let next = key() else { return nil }
            name += "." + next
        }
        return name
    }

    private mutating func key() -> String? {
        skipBlanks()
        if rest.first == "\"" || rest.first == "'" { return string() }
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" }
        rest = rest.dropFirst(word.count)
        return word.isEmpty ? nil : String(word)
    }

    private mutating func value() -> String? {
        skipBlanks()
        if rest.first == "\"" || rest.first == "'" { return string() }
        let word = rest.prefix { !$0.isWhitespace && $0 != "#" }
        rest = rest.dropFirst(word.count)
        return word == "true" || word == "false" || Int(word) != nil ? String(word) : nil
    }

    /// A literal string takes everything as it stands; a basic one knows escapes.
    private mutating func string() -> String? {
        let quote = rest.removeFirst()
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            guard character == "\\", quote == "\"" else {
                text.append(character)
                continue
            }
            switch rest.popFirst() {
            case "n": text += "\n"
            case "t": text += "\t"
            case "r": text += "\r"
            case "\"": text += "\""
            case "\\": text += "\\"
            default: return nil
            }
        }
        return nil
    }
}
