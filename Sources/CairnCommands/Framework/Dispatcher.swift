import ArgumentParser
import CairnCore
import CairnPlugins

/// Finds the command that a line of words means, parses it and runs it.
struct Dispatcher {
    let environment: [String: String]
    let console: any Console
    /// The name Cairn was called by: `cairn`, or `dokku` through a link of that name.
    var program = "cairn"
    /// The name of the ssh key that the call came through; nil for a user of the host.
    var sshKey: String?
    /// The fingerprint of that key.
    var fingerprint: String?
    /// What commands have opened. A caller that keeps it keeps the database open too.
    var opened = OpenedHost()

    /// Runs the command and returns its exit status; every failure has been printed then.
    func run(_ words: [String]) async -> Int32 {
        var output = Output(console: console)
        do {
            let invocation = try Invocation(words)
            output = Output(console: console, isQuiet: invocation.isQuiet, isTracing: invocation.isTracing)
            return try await run(invocation, output)
        } catch {
            return ErrorPrinter(output: output).print(error)
        }
    }

    private func run(_ invocation: Invocation, _ output: Output) async throws -> Int32 {
        let word = invocation.word ?? "help"
        switch CommandTable.meaning(of: word) {
        case .help(let namespace):
            HelpText(output: output).show(namespace)
            return 0
        case .command(let type):
            output.trace("\(word): \(type)")
            return await run(type, invocation, output)
        case .unknown:
            return try await runOfPlugin(word, invocation, output)
        }
    }

    private func run(_ type: any CairnCommand.Type, _ invocation: Invocation, _ output: Output) async -> Int32 {
        do {
            try admit(type, invocation.word ?? "")
            let arguments = invocation.arguments(takesApp: type.takesApp)
            let command: any CairnCommand
            do { command = try type.parse(arguments) } catch {
                return ErrorPrinter(output: output).print(error, of: type)
            }
            let context = try context(for: type, invocation, output)
            if type.needsHost { try await authorize(type, invocation, context) }
            try await command.run(in: context)
            if type.needsHost { try context.refreshAfterPlugin() }
            return 0
        } catch {
            return ErrorPrinter(output: output).print(error)
        }
    }

    /// - Throws: `E-NOT-ALLOWED` for a command that ssh keys cannot call.
    private func admit(_ type: any CairnCommand.Type, _ word: String) throws(CairnError) {
        guard sshKey != nil, type.access != .everyone else { return }
        throw CairnError(
            .notAllowed, "\(word) cannot be called over ssh", hint: "Log in to the host and call it there.")
    }

    func context(
        for type: any CairnCommand.Type, _ invocation: Invocation, _ output: Output
    ) throws -> CommandContext {
        guard type.needsHost else {
            return CommandContext(
                settings: try HostSettings(), environment: environment, console: console, output: output, actor: "")
        }
        let caller = UnixUser.caller(environment)
        if type.access != .localAsCaller { try UnixUser.becomeOwner(of: HostFile.root(environment)) }
        return try context(of: caller, invocation, output)
    }

    func context(of caller: String, _ invocation: Invocation, _ output: Output) throws -> CommandContext {
        let plugins = pluginCaller(caller, invocation)
        return CommandContext(
            settings: try HostFile.settings(environment), environment: environment, console: console, output: output,
            actor: actor(plugins, caller), isRemote: sshKey != nil, isForced: invocation.isForced, caller: plugins,
            opened: opened)
    }

    /// A command that a plugin calls is called by whoever called the plugin.
    private func actor(_ plugins: PluginCaller, _ caller: String) -> String {
        if let sshKey { return sshKey }
        guard PluginEnvironment.isInside(environment) else { return caller }
        return plugins.key == PluginCaller.noKey ? plugins.user : plugins.key
    }

    /// What plugins are told about the caller.
    private func pluginCaller(_ caller: String, _ invocation: Invocation) -> PluginCaller {
        var result =
            sshKey.map { PluginCaller(user: PluginCaller.processUser, key: $0, fingerprint: fingerprint) }
            ?? PluginCaller(inherited: environment) ?? PluginCaller(user: caller)
        result.command = invocation.word ?? ""
        result.isQuiet = result.isQuiet || invocation.isQuiet
        result.isTracing = result.isTracing || invocation.isTracing
        result.isForced = result.isForced || invocation.isForced
        result.app = invocation.app
        return result
    }
}
