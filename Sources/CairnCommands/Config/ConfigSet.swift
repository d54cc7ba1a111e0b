import ArgumentParser
import CairnCore
import CairnStore
import Foundation

struct ConfigSet: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "config:set", "Set config variables, and restart the app with them.",
        usage: "[--encoded] [--no-restart] (<app> | --global) <key>=<value>...",
        discussion: """
            Nothing is restarted when every variable has its value already. Values are not printed, as the output of a \
            command is often kept; config:get shows one.
            """)

    @Flag(help: "The values are in base64.") var encoded = false
    @Flag(help: "Leave the processes that run as they are.") var noRestart = false
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let target = try words.target(context)
        guard !target.rest.isEmpty else { throw CairnError(.usage, "At least one env pair must be given") }
        var pairs: [ConfigKey: ConfigPair] = [:]
        for word in target.rest {
            let pair = try encoded ? Self.decode(ConfigPair(parsing: word)) : ConfigPair(parsing: word)
            pairs[pair.key] = pair
        }
        try await Self.set(Array(pairs.values), in: target, restarts: !noRestart, context)
    }

    /// Stores the pairs, all or none, and lets them take effect.
    static func set(
        _ pairs: [ConfigPair], in target: ScopedWords.Target, replacing: Bool = false, restarts: Bool,
        _ context: CommandContext
    ) async throws {
        let store = try context.store()
        let old = try store.config(target.scope)
        var changed = try store.setConfig(pairs, in: target.scope, replacing: replacing)
        let keys = pairs.map(\.key).sorted()
        context.output.step("Setting config vars")
        let width = keys.map(\.rawValue.utf8.count).max() ?? 0
        for key in keys {
            let label = (key.rawValue + ":").padded(to: width + 1)
            context.output.detail("\(label)  \(changed.contains(key) ? "(set)" : "(unchanged)")")
        }
        if replacing {
            let removed = try Set(old.keys).subtracting(keys.map(\.rawValue)).map(ConfigKey.init(validating:))
            for key in removed.sorted() { context.output.detail("\(key):  (removed)") }
            changed.formUnion(removed)
        }
        guard !changed.isEmpty else { return context.output.step("No change, so nothing is restarted") }
        try await ConfigChange(verb: "set", keys: Array(changed), target: target, restarts: restarts)
            .takeEffect(context)
    }

    private static func decode(_ pair: ConfigPair) throws(CairnError) -> ConfigPair {
        guard let data = Data(base64Encoded: pair.value), let text = String(validating: data, as: UTF8.self) else {
            throw CairnError(
                .invalidValue, "The value of \(pair.key) is not base64 of UTF-8 text",
                hint: "Make it with: printf %s \"$VALUE\" | base64 --wrap=0")
        }
        return try ConfigPair(key: pair.key, value: text)
    }
}
