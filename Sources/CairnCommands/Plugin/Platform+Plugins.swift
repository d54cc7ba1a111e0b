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
        let plugins = PluginDispatcher(settings: settings, store: store, caller: caller, process: environment)
        self.init(settings: settings, store: store, actor: actor, triggers: plugins, environment: environment)
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
