import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import Foundation

struct PluginInstall: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "plugin:install", "Install a plugin and enable it.",
        usage: "URL[#REFERENCE] [--name NAME] [--committish REFERENCE] [--skip-install-trigger]",
        discussion: """
            From a git repository, an archive (.tar.gz, .tgz), a directory, or by the name of a plugin that comes with \
            Cairn. Its programs run with all rights of Cairn's user, and what it installs as root: install what you \
            trust. Without an argument, every installed plugin's program 'install' runs again.
            """)
    static let takesApp = false
    static let access = CommandAccess.localAsCaller

    @Argument(help: "Where it is: a URL, a path, or the name of a plugin that comes with Cairn.") var source: String?
    @Option(help: "The branch, tag or commit; the same as #REFERENCE.") var committish: String?
    @Option(help: "What it is called here; otherwise the last part of the URL.") var name: String?
    @Flag(help: "Run no plugin's program 'install'.") var skipInstallTrigger = false
    @Flag(help: "Only what belongs to Cairn itself, which needs nothing.") var core = false

    func run(in context: CommandContext) async throws {
        if core { return }
        let installer = try PluginAdministration(context).installer()
        guard let source else { return try await context.cancellable { try await installer.fire(.install, []) } }
        let place = try PluginSource(
            parsing: source, reference: committish, directory: FileManager.default.currentDirectoryPath,
            layout: PluginLayout(context.settings))
        let (name, runsTrigger) = (name, !skipInstallTrigger)
        try await context.cancellable { try await installer.install(place, as: name, runsTrigger: runsTrigger) }
        try await context.platform().offerLiveImages()
    }
}

struct PluginUpdate: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "plugin:update", "Fetch a plugin anew, or all of them.",
        discussion: """
            A plugin that is pinned to a reference stays there until it is given another one. When anything fails, the \
            version before stays active.
            """)
    static let takesApp = false
    static let access = CommandAccess.localAsCaller

    @Argument(help: "The plugin; all without it.") var name: String?
    @Argument(help: "The branch, tag or commit.") var reference: String?

    func run(in context: CommandContext) async throws {
        let installer = try PluginAdministration(context).installer()
        if let name {
            let reference = reference
            _ = try await context.cancellable { try await installer.update(name, reference: reference) }
            return
        }
        var failures = 0
        for plugin in PluginStore(context.settings).plugins() where plugin.origin != nil {
            do {
                _ = try await context.cancellable { try await installer.update(plugin.name.rawValue, reference: nil) }
            } catch let error as CairnError {
                failures += 1
                _ = ErrorPrinter(output: context.output).print(error)
            }
        }
        if failures > 0 { throw ExitStatus(1) }
    }
}

struct PluginUninstall: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "plugin:uninstall", "Remove a plugin, after its program 'uninstall' has run.",
        discussion: "With the global flag --force it goes although that program fails.")
    static let takesApp = false
    static let access = CommandAccess.localAsCaller

    @Argument(help: "The plugin.") var name: String

    func run(in context: CommandContext) async throws {
        let administration = try PluginAdministration(context)
        try administration.checkThirdParty(name, "Cannot uninstall a core plugin")
        let installer = try administration.installer()
        let name = name
        let force = context.isForced
        try await context.cancellable { try await installer.uninstall(name, force: force) }
    }
}

struct PluginInstallDependencies: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "plugin:install-dependencies", "Let every plugin install the packages that it needs.")
    static let takesApp = false
    static let access = CommandAccess.localAsCaller

    @Flag(help: "Only what belongs to Cairn itself, which needs nothing.") var core = false

    func run(in context: CommandContext) async throws {
        if core { return }
        let installer = try PluginAdministration(context).installer()
        try await context.cancellable { try await installer.fire(.dependencies, []) }
    }
}
