import ArgumentParser
import CairnCore
import CairnStore

/// `<app>|--global`, and the words behind it.
struct ScopedWords: ParsableArguments {
    @Flag(name: .customLong("global"), help: "For the whole host instead of one app.")
    var isGlobal = false

    @Argument(help: ArgumentHelp("The app, then what the command is about.", valueName: "word"))
    var words: [String] = []

    /// What the words say. The app exists.
    struct Target {
        let scope: Scope
        /// Nil for the host.
        let app: App?
        let rest: [String]

        /// What a message calls it: `web`, or `global`.
        var name: String { app?.name.rawValue ?? "global" }
    }

    func target(_ context: CommandContext) throws -> Target {
        if isGlobal { return Target(scope: .global, app: nil, rest: words) }
        guard let name = words.first else {
            throw CairnError(
                .usage, "Please specify an app to run the command on", hint: "Or --global, for the whole host.")
        }
        let app = try context.app(name)
        return Target(scope: .app(app.name), app: app, rest: Array(words.dropFirst()))
    }

    /// The target of a command that takes nothing else.
    func targetAlone(_ context: CommandContext) throws -> Target {
        let target = try target(context)
        guard target.rest.isEmpty else {
            throw CairnError(.usage, "Unexpected argument(s): \(target.rest.joined(separator: " ").excerpt())")
        }
        return target
    }
}
