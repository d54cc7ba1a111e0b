import ArgumentParser
import CairnCore
import CairnStore

struct ConfigUnset: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "config:unset", "Remove config variables, and restart the app without them.",
        usage: "[--no-restart] (<app> | --global) <key>...")

    @Flag(help: "Leave the processes that run as they are.") var noRestart = false
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let target = try words.target(context)
        guard !target.rest.isEmpty else { throw CairnError(.usage, "At least one key must be given") }
        let keys = try target.rest.map { try ConfigKey(validating: $0) }
        let removed = try context.store().unsetConfig(keys, in: target.scope)
        var told: Set<ConfigKey> = []
        for key in keys where told.insert(key).inserted {
            context.output.step(
                removed.contains(key) ? "Unsetting \(key)" : "Skipping \(key), it is not set in the environment")
        }
        guard !removed.isEmpty else { return }
        try await ConfigChange(verb: "unset", keys: Array(removed), target: target, restarts: !noRestart)
            .takeEffect(context)
    }
}

struct ConfigClear: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "config:clear", "Remove all config variables, and restart the app without them.",
        usage: "[--no-restart] (<app> | --global)")

    @Flag(help: "Leave the processes that run as they are.") var noRestart = false
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let target = try words.targetAlone(context)
        let store = try context.store()
        let keys = try store.config(target.scope).keys.map { try ConfigKey(validating: $0) }.sorted()
        let removed = try store.unsetConfig(keys, in: target.scope)
        for key in keys { context.output.step("Unsetting \(key)") }
        guard !removed.isEmpty else { return }
        try await ConfigChange(verb: "clear", keys: keys, target: target, restarts: !noRestart).takeEffect(context)
    }
}
