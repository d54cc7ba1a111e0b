import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnReceive
import CairnStore

/// The forced command of every ssh key. What the client asks for is in `SSH_ORIGINAL_COMMAND` (sshd(8)).
struct SSHSessionCommand: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ssh-session", "Serve a client that logged in by ssh.", isHidden: true)
    static let access = CommandAccess.local
    static let takesApp = false

    @Option(help: "The name of the client's key.") var key: String
    @Option(help: "Its fingerprint.") var fingerprint: String

    func run(in context: CommandContext) async throws {
        // The list decides, not the file that is made from it.
        guard try context.store().hasSSHKey(named: key, fingerprint: fingerprint) else {
            throw CairnError(
                .notAllowed, "The key '\(key.excerpt())' has been removed from this host",
                hint: "Let it in again there: cairn ssh-keys:add \(ShellWords.quote(key)) key.pub")
        }
        let environment = SessionEnvironment.variables(
            from: context.environment, settings: context.settings, key: key, fingerprint: fingerprint)
        switch try SSHSession.request(SSHSession.takeOriginalCommand()) {
        case .interactive: context.console.write(SSHSession.greeting(key: key))
        case .git(let service, let app): try await serve(service, app, environment, context)
        case .command(let words):
            let dispatcher = Dispatcher(
                environment: environment, console: context.console, sshKey: key, fingerprint: fingerprint,
                opened: context.opened)
            throw ExitStatus(await dispatcher.run(words))
        }
    }

    /// git takes this process's place, and speaks with the client itself.
    private func serve(
        _ service: GitService, _ app: AppName, _ environment: [String: String], _ context: CommandContext
    ) async throws {
        let platform = Platform(
            settings: context.settings, store: try context.store(), actor: key,
            caller: PluginCaller(user: PluginCaller.processUser, key: key, fingerprint: fingerprint),
            environment: context.environment)
        var asker = context
        asker.caller = PluginCaller(user: PluginCaller.processUser, key: key, fingerprint: fingerprint)
        // As the client's git writes it.
        try await asker.authorize([service.rawValue, "'\(app)'"])
        let reporter = HookReporter()
        let command = try await service.command(for: app, on: platform, environment: environment, reporter: reporter)
        guard service == .uploadPack else { try command.replaceProcess() }
        try await platform.triggers.fire(.gitPrePull, app.rawValue, reporter: reporter)
        guard platform.triggers.isImplemented(.gitPostPull) else { try command.replaceProcess() }
        let status = try command.runAsChild()
        try await platform.triggers.fire(.gitPostPull, app.rawValue, reporter: reporter)
        throw ExitStatus(status)
    }
}
