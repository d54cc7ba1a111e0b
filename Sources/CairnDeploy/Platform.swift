public import CairnCore
public import CairnNginx
public import CairnPlugins
public import CairnStore
public import DockerEngine
import Foundation
import Glibc
import SystemPackage

/// Everything that a command needs to change what runs: the rows, the engine, nginx, and who asks.
///
/// The operations are in extensions, one file for each group. They throw `CairnError`.
public struct Platform: Sendable {
    public let settings: HostSettings
    public let store: Store
    public let engine: EngineClient
    public let nginx: NginxServer
    public let triggers: any TriggerDispatching
    /// Who asks: the name of an ssh key, or a unix user.
    public let actor: String
    let crashPoint: CrashPoint

    /// Connects to nothing yet.
    public init(
        settings: HostSettings, store: Store, actor: String, triggers: any TriggerDispatching = NoTriggers(),
        environment: [String: String] = [:]
    ) {
        self.settings = settings
        self.store = store
        self.actor = actor
        self.triggers = triggers
        engine = EngineClient(socketPath: settings.engineSocket)
        nginx = NginxServer(host: NginxHost(settings))
        crashPoint = CrashPoint(environment: environment["CAIRN_CRASH_AT"])
    }

    /// The lock that keeps two operations on one app apart.
    public func deployLock(of app: App) -> DeployLock {
        DeployLock(path: settings.lock(of: app.name), app: app.name)
    }

    /// Runs `body` with the app's lock held. `isDeploy` says whether `apps:lock` keeps it from happening.
    ///
    /// - Throws: `E-DEPLOY-LOCKED` when another operation holds it, or the app was locked with `apps:lock`.
    func withLock<Value>(
        _ app: App, operation: String, buildID: String = "", waits: Bool = false, isDeploy: Bool = false,
        reporter: any ProgressReporter, _ body: (App) async throws -> Value
    ) async throws -> Value {
        if isDeploy { try app.refuseDeploysWhenLocked() }
        let holder = DeployLock.Holder(
            actor: actor, since: Date(), pid: ProcessInfo.processInfo.processIdentifier, buildID: buildID,
            operation: operation)
        let held = try await deployLock(of: app).take(holder, waits: waits, reporter: reporter)
        defer { held.release() }
        crashPoint.passed(.locked)
        let app = try store.refresh(app)
        // Whoever stood in line may find it locked by now.
        if isDeploy { try app.refuseDeploysWhenLocked() }
        return try await body(app)
    }
}

extension App {
    /// - Throws: `E-DEPLOY-LOCKED` when the app was locked with `apps:lock`.
    public func refuseDeploysWhenLocked() throws(CairnError) {
        guard let lock else { return }
        throw CairnError(
            .deployLocked, "\(name) currently has a deploy lock in place (apps:lock by \(lock.actor))",
            hint: "Run 'cairn apps:unlock \(name)' to release it.")
    }
}

extension NginxHost {
    /// The nginx that the host's settings name.
    public init(_ settings: HostSettings) {
        self.init(
            root: FilePath(settings.root), binary: FilePath(settings.nginxBinary),
            mainConfiguration: FilePath(settings.nginxConfiguration),
            // root needs no sudo, and may not have it.
            usesSudo: settings.nginxNeedsSudo && geteuid() != 0,
            sharedPorts: SharedPorts(http: settings.httpPort, https: settings.httpsPort),
            accessLog: FilePath(settings.accessLog))
    }
}
