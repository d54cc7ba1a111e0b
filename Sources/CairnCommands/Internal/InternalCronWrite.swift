import ArgumentParser
import CairnDeploy

/// What the trigger `cron-write` asks for: that the daemon looks at what plugins answer to `cron-entries`. It does so every
/// minute, once it knows that there is a plugin to ask.
struct InternalCronWrite: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:cron-write", "Let the daemon collect the scheduled tasks of plugins anew.", isHidden: true)
    static let access = CommandAccess.local
    static let takesApp = false

    func run(in context: CommandContext) async throws { _ = try context.platform().ringDaemon() }
}
