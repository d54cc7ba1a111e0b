import CairnCore
import CairnDeploy
import CairnReceive
import CairnStore

/// A call by git, which finds a link to this program under the name of a hook (githooks(5)).
struct GitHook {
    private let kind: ReceiveHook.Kind
    private let root: String

    /// Nil when the program was not called by the path of a hook.
    init?(program: String) {
        guard let call = ReceiveHook.call(program) else { return nil }
        kind = call.kind
        root = call.root
    }

    /// The link lies in the state root that it is for.
    func run(environment: [String: String]) async -> Int32 {
        let environment = environment.merging(["CAIRN_ROOT": root]) { $1 }
        return await ReceiveHook.run(kind, environment: environment) {
            let settings = try HostFile.settings(environment)
            return Platform(
                settings: settings, store: try Store(path: settings.database),
                actor: environment[SessionEnvironment.actor] ?? UnixUser.caller(environment),
                caller: .pusher(environment), environment: environment)
        }
    }
}
