import CairnCore

/// A command line taken apart: the flags that stand before the command, the command's word, and the rest, which is the
/// command's own. Nothing behind the command's word is looked at: `run web tool --app other` runs in `web`.
struct Invocation: Equatable {
    var isQuiet = false
    var isTracing = false
    var isForced = false
    /// `--app`: becomes the first argument of a command that takes an app.
    var app: String?
    var word: String?
    var rest: [String] = []

    /// - Parameter words: Everything behind the program's own name.
    /// - Throws: `E-USAGE` for a flag that is not a global one.
    init(_ words: [String]) throws(CairnError) {
        var words = words[...]
        while let flag = words.first, flag.hasPrefix("-"), word == nil {
            words.removeFirst()
            switch flag {
            case "--": break
            case "--quiet": isQuiet = true
            case "--trace": isTracing = true
            case "--force": isForced = true
            case "--app": app = try Self.name(words.popFirst())
            case _ where flag.hasPrefix("--app="): app = try Self.name(String(flag.dropFirst("--app=".count)))
            case "-v", "--version": word = "version"
            case "-h", "--help": word = "help"
            case "--generate-completion-script": word = "internal:completion"
            default:
                throw CairnError(
                    .usage, "'\(flag.excerpt())' is not a global flag",
                    hint:
                        "Before the command: --quiet, --trace, --force, --app NAME. Flags of a command stand behind it."
                )
            }
        }
        if word == nil { word = words.popFirst() }
        rest = Array(words)
    }

    /// The arguments for the command's parser.
    func arguments(takesApp: Bool) -> [String] {
        guard let app, takesApp, !rest.prefix(while: { $0 != "--" }).contains("--global") else { return rest }
        return [app] + rest
    }

    private static func name(_ text: String?) throws(CairnError) -> String {
        guard let text, !text.isEmpty else {
            throw CairnError(.usage, "--app needs the name of an app", hint: "Write it as: cairn --app web config:show")
        }
        return text
    }
}
