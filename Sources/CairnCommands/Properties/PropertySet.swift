import ArgumentParser
import CairnCore
import CairnStore

/// `<namespace>:set <app>|--global <property> [<value>]`; without a value the setting goes back to its default.
struct PropertySet<Settings: PropertyNamespace>: CairnCommand {
    static var configuration: CommandConfiguration {
        .cairn(
            "\(Settings.name):\(Settings.setWord)", "Set or clear a setting of \(Settings.name).",
            usage: "(<app> | --global) <property> [<value>]", discussion: discussion)
    }

    private static var discussion: String {
        "Without a value the setting goes back to its default. Settings: "
            + Settings.definitions.map { "\($0.key) (\($0.kind.expectation))" }.joined(separator: "; ") + "."
    }

    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let target = try words.target(context)
        guard let key = target.rest.first else {
            throw CairnError(.usage, "No property specified", hint: "There are: \(Self.keys).")
        }
        guard target.rest.count <= 2 else {
            throw CairnError(
                .usage, "\(key.excerpt()) takes one value, not \(target.rest.count - 1) words",
                hint: "Put quotes around a value with blanks; over ssh, two pairs of them.")
        }
        let definition =
            try Settings.definition(of: key, for: target.app, in: context) ?? definition(of: key, in: target.scope)
        let value = target.rest.dropFirst().first ?? ""
        try await set(key, to: value.isEmpty ? nil : definition.normalized(value), of: target, context)
    }

    private func set(
        _ key: String, to value: String?, of target: ScopedWords.Target, _ context: CommandContext
    ) async throws {
        let store = try context.store()
        let old = try store.property(Settings.name, key, in: target.scope)
        context.output.headline(value.map { "Setting \(key) to \($0)" } ?? "Unsetting \(key)")
        guard old != value else { return }
        try store.setProperty(Settings.name, key, to: value, in: target.scope)
        do { try await Settings.apply(key, in: target.scope, context) } catch {
            try store.setProperty(Settings.name, key, to: old, in: target.scope)
            throw error
        }
        try store.addEvent(
            "setting-changed", app: target.app?.name, actor: context.actor,
            "\(Settings.name) \(key) \(value ?? "(default)")")
    }

    private func definition(of key: String, in scope: Scope) throws(CairnError) -> PropertyDefinition {
        guard let definition = Settings.definitions.first(where: { $0.key == key }) else {
            throw CairnError(.invalidValue, "Invalid property specified, valid properties include: \(Self.keys)")
        }
        switch (definition.reach, scope) {
        case (.app, .global): throw CairnError(.invalidValue, "Property cannot be specified globally")
        case (.global, .app): throw CairnError(.invalidValue, "Property can only be specified globally")
        default: return definition
        }
    }

    private static var keys: String { Settings.definitions.map(\.key).joined(separator: ", ") }
}
