import CairnCore
import CairnPlugins
import CairnStore
import Synchronization
import Glibc

/// What the commands that change which plugins there are have in common.
struct PluginAdministration {
    let context: CommandContext
    let store: PluginStore

    /// - Throws: `E-NOT-ALLOWED` for anybody but root and the user who owns the state.
    init(_ context: CommandContext) throws(CairnError) {
        self.context = context
        store = PluginStore(context.settings)
        // A plugin's program 'install' runs as root where there is one to ask.
        let owner = StateRoot.owner(of: context.settings.root)?.user ?? 0
        guard geteuid() == 0 || geteuid() == owner && PluginEnvironment.isInside(context.environment) else {
            throw CairnError(.notAllowed, "This command must be run as root", hint: "Log in to the host and use sudo.")
        }
        try StateRoot.prepare(context.settings)
    }

    func installer() throws -> PluginInstaller {
        PluginInstaller(dispatcher: try context.plugins(), reporter: context.reporter) { name in
            CommandTable.isTaken(name)
        }
    }

    /// - Throws: `E-NOT-ALLOWED` with this message for a name that belongs to Cairn itself.
    func checkThirdParty(_ text: String, _ message: String) throws(CairnError) {
        let name = try PluginName(validating: text)
        guard store.isBuiltIn(name) && !store.isInstalled(name) else { return }
        throw CairnError(.notAllowed, message, hint: "'\(name)' belongs to Cairn itself.")
    }
}

extension CommandTable {
    /// Whether the commands of a plugin with this name would hide behind Cairn's own.
    static func isTaken(_ name: String) -> Bool {
        if namespace(name) != nil || name == "help" || name == "version" { return true }
        switch meaning(of: name) {
        case .unknown: return false
        case .command, .help: return true
        }
    }
}

extension CommandContext {
    /// The plugins of this host, to be run as whoever calls.
    func plugins() throws -> PluginDispatcher {
        let store = try store()
        return opened.plugins.withLock { plugins in
            if let plugins { return plugins }
            let new = PluginDispatcher(settings: settings, store: store, caller: caller, process: environment)
            plugins = new
            return new
        }
    }
}

extension PluginDispatcher {
    /// The plugins of a host.
    convenience init(settings: HostSettings, store: Store, caller: PluginCaller, process: [String: String]) {
        let files = CompatibilityTree(settings: settings, store: store)
        let environment = PluginEnvironment(settings: settings, caller: caller, process: process) {
            try? store.installationID()
        }
        self.init(environment) { call in try files.refresh(keeping: call.appNames) }
    }
}

extension TriggerCall {
    /// Those of the arguments that may be apps. The app of a trigger may be gone already, and its plugins want to tidy up.
    var appNames: [String] { arguments.filter { (try? AppName(validating: $0)) != nil } }
}
