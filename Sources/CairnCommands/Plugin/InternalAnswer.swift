import ArgumentParser
import CairnCore
import CairnPlugins

/// What the shim's handlers call: Cairn's own part of a trigger. The other plugins are called by whoever has fired it.
struct InternalAnswer: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:answer", "Do Cairn's part of a trigger that a plugin has fired.", isHidden: true)
    static let access = CommandAccess.local
    static let takesApp = false

    @Argument(parsing: .captureForPassthrough, help: "The trigger and its arguments.") var words: [String] = []

    func run(in context: CommandContext) async throws {
        let call = TriggerCall(.named(words.first ?? ""), Array(words.dropFirst()))
        guard let native = try context.nativeHandler(for: call) else {
            throw CairnError(.usage, "Cairn does nothing at the trigger '\(call.trigger.name.excerpt())'")
        }
        try await context.cancellable {
            context.console.write(
                try await NoTriggers().run(call, native: native, output: .returned, reporter: context.reporter))
        }
    }
}
