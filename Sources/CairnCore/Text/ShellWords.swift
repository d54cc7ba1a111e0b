/// Splits a line into words by the quoting rules of the POSIX shell (XCU 2.2), without any shell: quotes and
/// backslashes are honoured, nothing is expanded, and operators have no meaning.
public enum ShellWords {
    /// - Throws: `E-USAGE` when a quote is not closed or the line ends in a backslash.
    public static func split(_ line: String) throws(CairnError) -> [String] {
        var splitter = Splitter()
        for character in line.unicodeScalars { splitter.take(character) }
        return try splitter.finish()
    }

    /// The word in a form that `split` reads back as that one word: bare where that is safe, else in single quotes.
    public static func quote(_ word: String) -> String {
        let safe = !word.isEmpty && word.unicodeScalars.allSatisfy { $0.isBareWord }
        if safe { return word }
        // Scalars, not characters: a quote with a combining mark after it is another `Character` but still closes the
        // quote.
        var quoted = "'"
        for scalar in word.unicodeScalars {
            if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
        }
        return quoted + "'"
    }

    private struct Splitter {
        private enum Mode { case bare, single, double }
        private var words: [String] = []
        private var word = ""
        /// Whether a word has begun; an empty pair of quotes is a word too.
        private var hasWord = false
        private var mode = Mode.bare
        private var escaped = false

        mutating func take(_ character: Unicode.Scalar) {
            if escaped { return takeEscaped(character) }
            switch (mode, character) {
            case (.single, "'"), (.double, "\""): mode = .bare
            case (.single, _): append(character)
            case (_, "\\"): escaped = true
            case (.double, _): append(character)
            case (.bare, "'"): open(.single)
            case (.bare, "\""): open(.double)
            case (.bare, " "), (.bare, "\t"), (.bare, "\n"): endWord()
            case (.bare, _): append(character)
            }
        }

        /// Inside double quotes a backslash is special only before `$`, `` ` ``, `"`, `\` and a newline.
        private mutating func takeEscaped(_ character: Unicode.Scalar) {
            escaped = false
            if character == "\n" { return }
            if mode == .double && !["$", "`", "\"", "\\"].contains(character) { append("\\") }
            append(character)
        }

        private mutating func open(_ newMode: Mode) {
            mode = newMode
            hasWord = true
        }

        private mutating func append(_ character: Unicode.Scalar) {
            word.unicodeScalars.append(character)
            hasWord = true
        }

        private mutating func endWord() {
            if hasWord { words.append(word) }
            word = ""
            hasWord = false
        }

        mutating func finish() throws(CairnError) -> [String] {
            guard mode == .bare, !escaped else {
                throw CairnError(
                    .usage, "The command line ends inside a quote or after a backslash",
                    hint: "Close every quote; to send a quote itself, put a backslash before it.")
            }
            endWord()
            return words
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isBareWord: Bool {
        properties.isASCIIHexDigit || ("a"..."z").contains(self) || ("A"..."Z").contains(self)
            || ["-", "_", ".", "/", ":", "=", ",", "@", "%", "+"].contains(self)
    }
}
