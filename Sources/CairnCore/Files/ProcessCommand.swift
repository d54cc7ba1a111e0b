/// How the command line of a process is started: as words, with no shell between, or by the shell of its image.
///
/// Most command lines are words with a variable or two. Those are split and expanded here, so that they also run in
/// images without a shell and receive signals themselves. The value of a variable is data: unquoted, it is split at
/// blanks, as a shell does, but quotes and operators in it mean nothing. A line that needs more than that (`&&`, a
/// pipe, a redirection, a pattern, `${A:-b}`, or a variable that only the image may know) goes to `/bin/sh -c` as it
/// stands, and the shell expands it from the container's environment. It is never filled in here, so no value can
/// become shell code.
public enum ProcessCommand: Sendable, Equatable {
    /// The argument list itself.
    case words([String])
    /// A line for `/bin/sh -c`. A single command is preceded by `exec`, so that it replaces the shell and gets the
    /// signals.
    case shell(String)

    /// - Parameters:
    ///   - line: The command as written in a Procfile or in a setting.
    ///   - environment: What `$NAME` and `${NAME}` stand for: the app's config and `PORT`.
    /// - Throws: `E-INVALID-VALUE` when a quote is not closed or nothing is left to run.
    public init(_ line: String, environment: [String: String]) throws(CairnError) {
        var reader = CommandReader(line, environment: environment)
        try reader.read()
        let text = line.trimmingBlanks
        let first = reader.words.first ?? ""
        switch reader.syntax {
        case .control: self = .shell(text)
        case .expansion: self = .shell(Self.needsShell(first) || first == "exec" ? text : "exec " + text)
        case .plain where Self.needsShell(first): self = .shell(text)
        case .plain:
            // `exec` is the shell's own word for what happens here anyway.
            let words = first == "exec" ? Array(reader.words.dropFirst()) : reader.words
            guard let program = words.first, !program.isEmpty else {
                throw CairnError(
                    .invalidValue, "The command '\(text.excerpt())' is empty once its variables are filled in",
                    hint: "Check the variables it is made of.")
            }
            self = first == "exec" && program.utf8.first == UInt8(ascii: "-") ? .shell(text) : .words(words)
        }
    }

    /// The argument list that starts the process.
    public var arguments: [String] {
        switch self {
        case .words(let words): words
        case .shell(let line): ["/bin/sh", "-c", line]
        }
    }

    /// The line as a shell in the container is to read it, with `exec` before a single command, so that the command takes
    /// the shell's place and gets the signals. Nothing in it is filled in.
    public static func shellLine(_ line: String) -> String {
        guard let command = try? ProcessCommand(line, environment: [:]) else { return line }
        switch command {
        case .words(let words):
            return words.isEmpty || line.trimmingBlanks.hasPrefix("exec ") ? line : "exec " + line.trimmingBlanks
        case .shell(let text): return text
        }
    }

    /// Whether the first word is one that only a shell knows: an assignment, a reserved word or a built-in that no
    /// program stands for (XCU 2.4 and 2.14).
    private static func needsShell(_ word: String) -> Bool {
        if let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")),
            (try? ConfigKey(validating: String(word[..<equals]))) != nil
        {
            return true
        }
        return shellWords.contains(word)
    }

    private static let shellWords: Set<String> = [
        "!", "{", "if", "for", "while", "until", "case", "function",
        ".", ":", "source", "cd", "export", "eval", "set", "unset", "trap", "ulimit", "umask", "shift", "readonly",
        "exit",
    ]
}

extension Procfile {
    /// How a type is started, nil when the file does not name it.
    ///
    /// - Throws: `E-INVALID-FILE` when the command cannot be read.
    public func command(for type: ProcessType, environment: [String: String]) throws(CairnError) -> ProcessCommand? {
        guard let line = self[type] else { return nil }
        do { return try ProcessCommand(line, environment: environment) } catch {
            throw CairnError(
                .invalidFile, "Procfile, '\(type)': \(error.message)", hint: error.hint, evidence: [line.excerpt(120)])
        }
    }
}
