import ArgumentParser
import CairnCore

struct ConfigExport: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "config:export", "Print the config variables for a shell or another tool.",
        usage: "[--format <format>] [--merged] (<app> | --global)",
        discussion: "Formats: \(ConfigFormat.allCases.map(\.rawValue).joined(separator: ", ")).")

    @Option(help: "The form to print them in.") var format = ConfigFormat.exports
    @Flag(help: "With the host's variables.") var merged = false
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let text = try format.text(of: words.targetAlone(context).variables(merged: merged, context))
        if !text.isEmpty { context.output.line(text) }
    }
}

struct ConfigBundle: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "config:bundle", "Write the config variables as a tar archive, a file for each.",
        usage: "[--merged] (<app> | --global)")

    @Flag(help: "With the host's variables.") var merged = false
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let variables = try words.targetAlone(context).variables(merged: merged, context)
        var archive = TarWriter()
        for (key, value) in variables.sorted(by: { $0.key < $1.key }) {
            archive.add(key.rawValue, content: Array(value.utf8))
        }
        context.output.bytes(archive.finished())
    }
}
