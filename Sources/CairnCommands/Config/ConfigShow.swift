import ArgumentParser
import CairnCore
import CairnStore

extension ScopedWords.Target {
    /// The variables of the target; `merged` adds the host's below an app's own.
    func variables(merged: Bool, _ context: CommandContext) throws -> [ConfigKey: String] {
        let store = try context.store()
        let values = try app.flatMap { merged ? try store.mergedConfig(of: $0.name) : nil } ?? store.config(scope)
        return try Dictionary(values.map { (try ConfigKey(validating: $0.key), $0.value) }) { $1 }
    }
}

struct ConfigShow: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "config:show", "Show the config variables of an app or of the host.",
        usage: "[--merged] [--format <format>] (<app> | --global)")

    @Flag(help: "With the host's variables, as the processes see them.") var merged = false
    @OptionGroup var format: FormatOption
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let target = try words.targetAlone(context)
        let variables = try target.variables(merged: merged, context)
        if format.isJSON { return context.output.line(ConfigFormat.json.text(of: variables)) }
        context.output.headline("\(target.name) env vars")
        // Lines of a value after its first stand as they are; other control characters are made visible.
        let visible = variables.mapValues { value in
            value.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }.joined(
                separator: "\n")
        }
        if !visible.isEmpty { context.output.line(ConfigFormat.pretty.text(of: visible)) }
    }
}

struct ConfigKeys: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "config:keys", "List the names of the config variables.",
        usage: "[--merged] [--format <format>] (<app> | --global)")

    @Flag(help: "With the host's variables.") var merged = false
    @OptionGroup var format: FormatOption
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let keys = try words.targetAlone(context).variables(merged: merged, context).keys.sorted().map(\.rawValue)
        if format.isJSON { return context.output.json(.array(keys.map(JSONValue.string))) }
        for key in keys { context.output.line(key) }
    }
}

struct ConfigGet: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "config:get", "Print the value of a config variable; exit status 1 when it is not set.",
        usage: "[--quoted] (<app> | --global) <key>")

    @Flag(help: "In single quotes, for a shell.") var quoted = false
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let target = try words.target(context)
        guard let name = target.rest.first else { throw CairnError(.usage, "Expected: key") }
        guard target.rest.count == 1 else {
            throw CairnError(
                .usage, "Unexpected argument(s): \(target.rest.dropFirst().joined(separator: " ").excerpt())")
        }
        // A name that no variable can have is one that is not set.
        guard let key = try? ConfigKey(validating: name),
            let value = try context.store().configValue(key, in: target.scope)
        else { throw ExitStatus(1) }
        context.output.line(quoted ? ConfigFormat.quoted(value) : value)
    }
}
