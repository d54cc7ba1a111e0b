import ArgumentParser
import CairnCore
import CairnPlugins
import CairnReceive
import CairnStore

extension Dispatcher {
    /// Asks the plugins that decide who may do what. Root may do everything to the plugins themselves, or a plugin that
    /// denies everything could never be turned off.
    ///
    /// - Throws: `E-NOT-ALLOWED` when one of them denies it.
    func authorize(
        _ type: any CairnCommand.Type, _ invocation: Invocation, _ context: CommandContext
    ) async throws {
        guard type.access != .localAsCaller, !type.isForProcesses else { return }
        let arguments = invocation.arguments(takesApp: type.takesApp)
        try await context.authorize([invocation.word ?? ""] + arguments)
    }

    /// Runs the command of a plugin; without one, says that there is no such command.
    func runOfPlugin(_ word: String, _ invocation: Invocation, _ output: Output) async throws -> Int32 {
        if let status = try await statusOfPlugin(word, invocation, output) { return status }
        if program == "dokku" {
            output.warning("`\(word)` is not a dokku command.")
            output.warning("See `dokku help` for a list of available commands.")
            return 1
        }
        return ErrorPrinter(output: output).print(CommandTable.unknown(word))
    }

    /// Nil where no plugin knows the word, and where there is no host to have plugins.
    private func statusOfPlugin(_ word: String, _ invocation: Invocation, _ output: Output) async throws -> Int32? {
        guard let settings = try? HostFile.settings(environment), PluginStore(settings).mayHavePlugins else {
            return nil
        }
        let caller = UnixUser.caller(environment)
        try UnixUser.becomeOwner(of: HostFile.root(environment))
        let context = try context(of: caller, invocation, output)
        let words = [word] + invocation.rest
        try await context.authorize(words)
        let plugins = try context.plugins()
        let status = try await PluginCommands(plugins).run(words, replacesProcess: console is TerminalConsole)
        if let status { return status }
        guard word.hasSuffix(":help"), let page = PluginHelp(plugins).page(of: String(word.dropLast(5))) else {
            return nil
        }
        page.forEach(output.line)
        return 0
    }
}

extension CairnCommand {
    /// Whether Cairn's own processes call it: what they do has been allowed where it began.
    static var isForProcesses: Bool {
        self == SSHSessionCommand.self || self == DaemonCommand.self
            || configuration.commandName?.hasPrefix("internal:") == true
    }
}

extension CommandContext {
    /// - Throws: `E-NOT-ALLOWED` when a plugin denies the command.
    func authorize(_ words: [String]) async throws {
        // A plugin that decides may call commands itself.
        guard environment[PluginEnvironment.triggerVariable] != Trigger.userAuth.name else { return }
        guard PluginStore(settings).mayHavePlugins else { return }
        let triggers = try plugins()
        guard triggers.isImplemented(.userAuth) else { return }
        let call = TriggerCall(.userAuth, [caller.user, caller.key] + words)
        do {
            // Their words are for whoever is denied; standard output belongs to the command.
            _ = try await triggers.run(call, output: .returned, reporter: HookReporter())
        } catch let error as CairnError where error.code == .pluginFailed || error.code == .pluginTimeout {
            throw CairnError(.notAllowed, "Access denied", hint: "By a plugin of this host: \(error.message).")
        }
    }

    /// After a command that a plugin has called: the plugin may look at the files that tell of what has changed.
    func refreshAfterPlugin() throws {
        guard PluginEnvironment.isInside(environment) else { return }
        try CompatibilityTree(settings: settings, store: store()).refresh(removes: false)
    }

    /// All apps that the caller may see.
    ///
    /// - Throws: `E-PLUGIN-FAILED` when a plugin that decides fails.
    func visibleApps() async throws -> [App] {
        let apps = try store().apps()
        let names = Set(try await visible(apps.map(\.name.rawValue)))
        return apps.filter { names.contains($0.name.rawValue) }
    }

    /// Those of the names of apps that the caller may see.
    func visible(_ names: [String]) async throws -> [String] {
        guard !names.isEmpty, PluginStore(settings).mayHavePlugins else { return names }
        return try await plugins().visible(names, reporter: HookReporter())
    }
}
