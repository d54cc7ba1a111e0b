import ArgumentParser
import CairnCore
import CairnPlugins

struct Help: CairnCommand {
    static let configuration = CommandConfiguration.cairn("help", "Show what commands there are, or one of them.")
    static let takesApp = false
    // It is there where Cairn has not been set up, and where the settings are broken.
    static let needsHost = false

    @Flag(name: .customLong("all"), help: "Show every command.")
    var isComplete = false

    @Argument(help: "A group of commands, or a command.")
    var topic: String?

    func run(in context: CommandContext) async throws {
        let help = HelpText(output: context.output)
        guard let topic else {
            if isComplete { help.showAll() } else { help.showNamespaces() }
            return help.show(ofPlugins: await pluginLines(context))
        }
        if let namespace = CommandTable.namespace(topic), namespace.commands.count > 1 { return help.show(namespace) }
        switch CommandTable.meaning(of: topic) {
        case .command(let type): context.output.line(help.text(of: type))
        case .help(let namespace): help.show(namespace)
        case .unknown: throw ExitStatus(try await statusOfPlugin(topic, context))
        }
    }

    private func pluginLines(_ context: CommandContext) async -> [PluginHelp.Line] {
        guard let plugins = try? context.pluginsOfHost() else { return [] }
        return await PluginHelp(plugins).lines(isComplete: isComplete)
    }

    /// `help foo:bar` asks the plugin as `foo:help bar` does.
    private func statusOfPlugin(_ topic: String, _ context: CommandContext) async throws -> Int32 {
        let parts = topic.split(separator: ":", maxSplits: 1).map(String.init)
        guard let name = parts.first, let plugins = try context.pluginsOfHost() else {
            throw CommandTable.unknown(topic)
        }
        let words = ["\(name):help"] + parts.dropFirst()
        if let status = try await PluginCommands(plugins).run(words, replacesProcess: false) { return status }
        guard let page = PluginHelp(plugins).page(of: name) else { throw CommandTable.unknown(topic) }
        page.forEach(context.output.line)
        return 0
    }
}

extension CommandContext {
    /// The plugins of the host that the environment names; nil where there are none.
    fileprivate func pluginsOfHost() throws -> PluginDispatcher? {
        let settings = try HostFile.settings(environment)
        guard PluginStore(settings).mayHavePlugins else { return nil }
        let caller = UnixUser.caller(environment)
        try UnixUser.becomeOwner(of: settings.root)
        return try CommandContext(
            settings: settings, environment: environment, console: console, output: output, actor: caller,
            caller: PluginCaller(inherited: environment), opened: opened
        ).plugins()
    }
}
