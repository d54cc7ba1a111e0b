import ArgumentParser
import CairnCore
import CairnDeploy

/// What `run` and `run:detached` take before the app.
struct RunOptions: ParsableArguments {
    @Option(
        name: [.short, .long], parsing: .unconditionalSingleValue,
        help: "A variable for this run, KEY=VALUE. May be given again.")
    var env: [String] = []

    @Flag(help: "Give the process no terminal, even if you have one.") var noTty = false
    @Flag(help: "Give the process a terminal, even if you have none.") var forceTty = false
    @Option(parsing: .unconditional, help: "Seconds after which the container is removed, whatever it does.")
    var ttlSeconds: Int?
    @Option(help: .hidden) var cronId: String?

    /// - Throws: `E-USAGE`, `E-INVALID-VALUE`, `E-INVALID-NAME`.
    func options(terminal isTerminal: Bool) throws(CairnError) -> OneOffOptions {
        guard !(noTty && forceTty) else { throw CairnError(.usage, "Cannot specify both --force-tty and --no-tty") }
        var options = OneOffOptions()
        options.terminal = forceTty || (isTerminal && !noTty)
        for text in env {
            let pair = try ConfigPair(parsing: text)
            options.environment[pair.key.rawValue] = pair.value
        }
        if let ttlSeconds {
            guard ttlSeconds > 0 else { throw CairnError(.invalidValue, "--ttl-seconds must be a positive integer") }
            options.timeToLive = ttlSeconds
        }
        return options
    }
}

extension OneOffOptions {
    /// How the options and the command are told to plugins.
    func triggerArguments(_ command: [String]) -> [String] {
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ["\(variables.count)"] + variables + ["--"] + command
    }
}

/// The words of `run`: options, then the app, then the command, of which nothing is looked at.
struct RunLine: ParsableArguments {
    @OptionGroup var options: RunOptions

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The app, and the command with its arguments.", valueName: "app"))
    var words: [String] = []

    /// The options, the app's name and the command. Options may also stand right behind the app, where the global flag
    /// `--app` puts it first.
    func parts() throws -> (options: RunOptions, app: String, command: [String]) {
        var (options, rest) = (options, words[...])
        if rest.first == "--" { rest.removeFirst() }
        guard let app = rest.popFirst() else {
            throw CairnError(.usage, "Please specify an app to run the command on")
        }
        guard rest.first?.hasPrefix("-") == true, rest.first != "--" else {
            return (options, app, Array(rest.first == "--" ? rest.dropFirst() : rest))
        }
        let line = try RunLine.parse(Array(rest))
        guard line.words.first?.hasPrefix("-") != true || line.words.first == "--" else {
            throw CairnError(.usage, "'\((line.words.first ?? "").excerpt())' is not an option of this command")
        }
        options.env += line.options.env
        options.noTty = options.noTty || line.options.noTty
        options.forceTty = options.forceTty || line.options.forceTty
        options.ttlSeconds = line.options.ttlSeconds ?? options.ttlSeconds
        let command = line.words.first == "--" ? Array(line.words.dropFirst()) : line.words
        return (options, app, command)
    }
}
