import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins

struct PluginEnable: CairnCommand {
    static let configuration = CommandConfiguration.cairn("plugin:enable", "Turn an installed plugin on.")
    static let takesApp = false
    static let access = CommandAccess.localAsCaller

    @Argument(help: "The plugin.") var name: String

    func run(in context: CommandContext) async throws {
        let administration = try PluginAdministration(context)
        try administration.checkThirdParty(name, "Plugin already enabled")
        try context.plugins().prepareFiles()
        try administration.store.enablePlugin(named: name)
        try await context.platform().offerLiveImages()
        context.output.step("Plugin \(name) enabled")
    }
}

struct PluginDisable: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "plugin:disable", "Turn a plugin off; what it has made stays.")
    static let takesApp = false
    static let access = CommandAccess.localAsCaller

    @Argument(help: "The plugin.") var name: String

    func run(in context: CommandContext) async throws {
        let administration = try PluginAdministration(context)
        try administration.checkThirdParty(name, "Cannot disable a core plugin")
        try administration.store.disablePlugin(named: name)
        context.output.step("Plugin \(name) disabled")
    }
}
