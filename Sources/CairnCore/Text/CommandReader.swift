/// Reads a command line the way a POSIX shell would begin to (XCU 2.2, 2.6): splits it into words, fills in known
/// variables, and notes what only a shell can do.
struct CommandReader {
    /// How much of a shell the line needs, more and more.
    enum Syntax: Int, Comparable {
        /// Words, quotes and known variables only.
        case plain
        /// One command, with something for the shell to expand or redirect.
        case expansion
        /// Several commands.
        case control

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    private(set) var words: [String] = []
    private(set) var syntax = Syntax.plain
    /// The first operator, redirection or substitution outside single quotes.
    private(set) var firstOperator: String?

    private let scalars: [Unicode.Scalar]
    private let environment: [String: String]
    private var index = 0
    private var word = ""
    /// Whether a word has begun; an empty pair of quotes is a word too.
    private var hasWord = false

    init(_ line: String, environment: [String: String]) {
        scalars = Array(line.unicodeScalars)
        self.environment = environment
    }

    /// - Throws: `E-INVALID-VALUE` when the line ends inside a quote or after a backslash.
    mutating func read() throws(CairnError) {
        while let scalar = next() {
            switch scalar {
            case "'": try readSingleQuoted()
            case "\"": try readDoubleQuoted()
            case "\\":
                guard let escaped = next() else { throw unfinished("after a backslash") }
                if escaped != "\n" { append(escaped) }
            case " ", "\t": endWord()
            case "\n", ";", "&", "|", "(", ")": note(.control, scalar)
            case "<", ">": readRedirection(scalar)
            case "`": readBackticks()
            case "*", "?", "[": expand(literally: scalar)
            case "~" where !hasWord: expand(literally: scalar)
            case "#" where !hasWord: note(.control, scalar)
            case "$": readVariable(inQuotes: false)
            default: append(scalar)
            }
        }
        endWord()
    }

    private mutating func readSingleQuoted() throws(CairnError) {
        hasWord = true
        while let scalar = next() {
            if scalar == "'" { return }
            append(scalar)
        }
        throw unfinished("inside a quote")
    }

    private mutating func readDoubleQuoted() throws(CairnError) {
        hasWord = true
        while let scalar = next() {
            switch scalar {
            case "\"": return
            case "\\":
                guard let escaped = next() else { throw unfinished("after a backslash") }
                if escaped == "\n" { continue }
                if !["$", "`", "\"", "\\"].contains(escaped) { append("\\") }
                append(escaped)
            case "`": readBackticks()
            case "$": readVariable(inQuotes: true)
            default: append(scalar)
            }
        }
        throw unfinished("inside a quote")
    }

    /// `2>&1` and `>|file` are one operator each: their second character starts no other command.
    private mutating func readRedirection(_ scalar: Unicode.Scalar) {
        note(.expansion, scalar)
        while let following = peek, ["<", ">", "&", "|"].contains(following) { index += 1 }
        endWord()
    }

    private mutating func readVariable(inQuotes: Bool) {
        if peek == "(" { return readSubstitution() }
        let start = index
        let hasBrace = take("{")
        let name = readName()
        let isWhole = !name.isEmpty && (!hasBrace || take("}"))
        if isWhole, let value = environment[name] { return insert(value, inQuotes: inQuotes) }
        let following = start < scalars.count ? scalars[start] : " "
        if isWhole || hasBrace || Self.startsParameter(following, inQuotes: inQuotes) {
            syntax = max(syntax, .expansion)
        }
        index = start
        append("$")
    }

    /// `$(…)` up to its own parenthesis; what runs in there is not this line's.
    private mutating func readSubstitution() {
        note(.expansion, "$")
        append("$")
        var depth = 0
        var quote: Unicode.Scalar?
        while let scalar = next() {
            switch (quote, scalar) {
            case (let open?, _) where open == scalar: quote = nil
            case ("'"?, _): break
            case (_, "\\"): _ = next()
            case (nil, "'"), (nil, "\""): quote = scalar
            case (nil, "("): depth += 1
            case (nil, ")"):
                depth -= 1
                if depth == 0 { return }
            default: break
            }
        }
        // It has no end that this reader finds: the shell may judge the line as it is.
        syntax = .control
    }

    /// The older form, up to the next backtick.
    private mutating func readBackticks() {
        note(.expansion, "`")
        append("`")
        while let scalar = next() {
            if scalar == "`" { return }
            if scalar == "\\" { _ = next() }
        }
        syntax = .control
    }

    /// The special parameters (XCU 2.5.2), positional ones and `$'…'`.
    private static func startsParameter(_ scalar: Unicode.Scalar, inQuotes: Bool) -> Bool {
        "?#$!*@-0123456789".unicodeScalars.contains(scalar) || (scalar == "'" && !inQuotes)
    }

    private mutating func readName() -> String {
        var name = ""
        while let scalar = peek, scalar == "_" || UInt8(exactly: scalar.value)?.isASCIIAlphanumeric == true {
            if name.isEmpty, ("0"..."9").contains(scalar) { return "" }
            name.unicodeScalars.append(scalar)
            index += 1
        }
        return name
    }

    /// Unquoted, a value is split at blanks and may be no word at all; inside quotes it stays whole.
    private mutating func insert(_ value: String, inQuotes: Bool) {
        for scalar in value.unicodeScalars {
            if !inQuotes && (scalar.isBlank || scalar == "\n") { endWord() } else { append(scalar) }
        }
    }

    private mutating func expand(literally scalar: Unicode.Scalar) {
        syntax = max(syntax, .expansion)
        append(scalar)
    }

    private mutating func note(_ kind: Syntax, _ scalar: Unicode.Scalar) {
        syntax = max(syntax, kind)
        firstOperator = firstOperator ?? (scalar == "$" ? "$(" : String(scalar))
        if kind == .control { endWord() }
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek else { return nil }
        index += 1
        return scalar
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        index += 1
        return true
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        word.unicodeScalars.append(scalar)
        hasWord = true
    }

    private mutating func endWord() {
        if hasWord { words.append(word) }
        word = ""
        hasWord = false
    }

    private func unfinished(_ place: String) -> CairnError {
        CairnError(
            .invalidValue, "The command ends \(place)",
            hint: "Close every quote; to send a quote itself, put a backslash before it.")
    }
}
