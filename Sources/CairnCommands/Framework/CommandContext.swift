public import CairnCore
public import CairnDeploy
public import CairnPlugins
public import CairnStore
import Synchronization

/// Everything a command may use. The database is opened, and the platform made, when they are first asked for.
public struct CommandContext: Sendable {
    public let settings: HostSettings
    public let environment: [String: String]
    public let console: any Console
    public let output: Output
    /// Who calls: the name of an ssh key, or a unix user.
    public let actor: String
    /// Whether the call came through an ssh key.
    public let isRemote: Bool
    /// `--force`: questions are taken as answered with yes.
    public let isForced: Bool
    /// The same caller as plugins are told.
    public internal(set) var caller: PluginCaller
    let opened: OpenedHost

    init(
        settings: HostSettings, environment: [String: String], console: any Console, output: Output, actor: String,
        isRemote: Bool = false, isForced: Bool = false, caller: PluginCaller? = nil,
        opened: OpenedHost = OpenedHost()
    ) {
        self.settings = settings
        self.environment = environment
        self.console = console
        self.output = output
        self.actor = actor
        self.isRemote = isRemote
        self.isForced = isForced
        self.caller = caller ?? PluginCaller(user: actor)
        self.opened = opened
    }

    /// The database of this host.
    ///
    /// - Throws: `E-STORE`, or `E-NOT-ALLOWED` when it belongs to another user.
    public func store() throws -> Store {
        try opened.store.withLock { store in
            if let store { return store }
            try StateRoot.prepare(settings)
            let new = try Store(path: settings.database)
            store = new
            return new
        }
    }

    /// The operations on apps. Nothing is connected to before one of them needs it.
    public func platform() throws -> Platform {
        let store = try store()
        let plugins = try plugins()
        return opened.platform.withLock { platform in
            if let platform { return platform }
            let new = Platform(
                settings: settings, store: store, actor: actor, triggers: plugins, environment: environment)
            platform = new
            return new
        }
    }

    /// Where work prints its progress.
    public var reporter: any ProgressReporter { output.reporter }

    /// The app with this name. A name that no app can have is an app that does not exist.
    ///
    /// - Throws: `E-APP-NOT-FOUND`.
    public func app(_ name: String) throws -> App {
        guard !name.isEmpty else {
            throw CairnError(.usage, "Please specify an app to run the command on")
        }
        guard let valid = try? AppName(validating: name) else {
            throw CairnError(
                .appNotFound, "App \(name.excerpt()) does not exist",
                hint: "Run 'cairn apps:list' to see the apps there are.")
        }
        return try store().app(valid)
    }
}

/// What a process has opened of its host so far.
final class OpenedHost: Sendable {
    let store = Mutex<Store?>(nil)
    let platform = Mutex<Platform?>(nil)
    let plugins = Mutex<PluginDispatcher?>(nil)
}
