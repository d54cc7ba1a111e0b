import ArgumentParser
import CairnCore
import CairnPlugins

struct PluginList: CairnCommand {
    static let configuration = CommandConfiguration.cairn("plugin:list", "List the plugins of this host.")
    static let takesApp = false

    @OptionGroup var format: FormatOption

    func run(in context: CommandContext) async throws {
        let plugins = PluginStore(context.settings).plugins()
        if format.isJSON { return context.output.json(.array(plugins.map(Self.json))) }
        let rows = plugins.map { plugin in
            [
                plugin.name.rawValue, plugin.manifest.version.isEmpty ? "-" : plugin.manifest.version,
                plugin.isEnabled ? "enabled" : "disabled", plugin.manifest.description,
            ]
        }
        for row in TextTable(header: nil, rows: rows).lines { context.output.line("  " + row) }
    }

    private static func json(_ plugin: PluginStore.Plugin) -> JSONValue {
        let source = plugin.origin?.source
        return .object([
            "name": .string(plugin.name.rawValue), "version": .string(plugin.manifest.version),
            "enabled": .bool(plugin.isEnabled), "core": false, "description": .string(plugin.manifest.description),
            "source_url": .string(source?.location ?? ""), "committish": .string(source?.reference ?? ""),
            "branch": .string(plugin.origin?.branch ?? ""), "commit": .string(plugin.origin?.commit ?? ""),
        ])
    }
}

struct PluginInstalled: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "plugin:installed", "Whether a plugin is installed: by the exit status, 0 or 1.")
    static let takesApp = false

    @Argument(help: "The plugin.") var name: String

    func run(in context: CommandContext) async throws {
        guard let name = try? PluginName(validating: name), PluginStore(context.settings).isInstalled(name) else {
            throw ExitStatus(1)
        }
    }
}
