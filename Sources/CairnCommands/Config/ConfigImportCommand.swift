import ArgumentParser
import CairnCore

struct ConfigImportCommand: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "config:import", "Set config variables from a file or from standard input.",
        usage: "[--replace] [--no-restart] [--format envfile|json] (<app> | --global) (<file> | -)",
        discussion: "Values may hold line breaks, which no command line over ssh can carry.")

    @Flag(help: "Remove the variables that the file does not name.") var replace = false
    @Flag(help: "Leave the processes that run as they are.") var noRestart = false
    @Option(help: "What the file is: envfile or json.") var format = ConfigImport.Format.envfile
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let target = try words.target(context)
        guard let path = target.rest.first, target.rest.count == 1 else {
            throw CairnError(.usage, "Give one file, or - for standard input")
        }
        let bytes = try InputFile(path: path).read(context, maximum: ConfigImport.maximumSize)
        let found = try ConfigImport(
            parsing: bytes, format: format, file: path == "-" ? "standard input" : path.excerpt())
        // One bad name spoils the whole file: half of what was meant is not what was meant.
        if let bad = found.droppedKeys.first { _ = try ConfigKey(validating: bad) }
        guard !found.pairs.isEmpty else {
            throw CairnError(.invalidFile, "No config vars to set", hint: "Nothing was changed.")
        }
        try await ConfigSet.set(found.pairs, in: target, replacing: replace, restarts: !noRestart, context)
    }
}
