import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins

struct PluginTrigger: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "plugin:trigger", "Fire a trigger by hand, and print what its plugins answer.",
        usage: "TRIGGER [ARGUMENT...]",
        discussion: "Ends with status 0 when no plugin has anything installed for it.")
    static let takesApp = false
    static let access = CommandAccess.local

    @Argument(parsing: .captureForPassthrough, help: "The trigger and its arguments.") var words: [String] = []

    func run(in context: CommandContext) async throws {
        guard let name = words.first, !name.hasPrefix("-") else {
            throw CairnError(.usage, "Please specify a trigger", hint: "docs/plugins.md lists those there are.")
        }
        guard !name.contains("/"), !["commands", "subcommands"].contains(name) else {
            throw CairnError(.invalidName, "'\(name.excerpt())' is no name of a trigger")
        }
        let call = TriggerCall(.named(name), Array(words.dropFirst()))
        try await context.cancellable { try await fire(call, context) }
    }

    private func fire(_ call: TriggerCall, _ context: CommandContext) async throws {
        let native = try context.nativeHandler(for: call)
        context.console.write(
            try await context.platform().triggers.run(
                call, native: native, output: .returned, reporter: context.reporter))
    }
}
