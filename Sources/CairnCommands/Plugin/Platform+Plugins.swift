import CairnCore
import CairnDeploy
import CairnPlugins
import CairnReceive
import CairnStore

extension Platform {
    /// The platform of a host with its plugins. They are looked at when the first trigger is.
    init(
        settings: HostSettings, store: Store, actor: String, caller: PluginCaller, environment: [String: String]
    ) {
        let plugins = PluginEnvironment(settings: settings, caller: caller, process: environment)
        let files = CompatibilityTree(settings: settings, store: store)
        let dispatcher = PluginDispatcher(plugins) { call in try files.refresh(keeping: call.appNames) }
        self.init(settings: settings, store: store, actor: actor, triggers: dispatcher, environment: environment)
    }
}

extension PluginCaller {
    /// Who pushes, as the session has told the hooks of git.
    static func pusher(_ environment: [String: String]) -> PluginCaller {
        var caller = PluginCaller(
            user: processUser, key: environment[SessionEnvironment.actor] ?? noKey,
            fingerprint: environment[SessionEnvironment.fingerprint])
        caller.command = "git-hook"
        return caller
    }
}
