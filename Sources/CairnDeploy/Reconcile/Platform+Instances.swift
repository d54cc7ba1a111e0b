public import CairnCore
import CairnCatalog
import CairnDiscovery
import CairnPlugins
public import CairnStore
public import DockerEngine

extension Platform {
    /// Takes a live copy out of service at once, because its container has ended or stands still.
    ///
    /// Needs no lock: it only changes what is known of the copy's health.
    ///
    /// - Parameters:
    ///   - id: The copy's row, as its container's label `cairn.instance` names it.
    ///   - containerID: The container that it happened to.
    ///   - reason: Completes "web.1 …": `ended with status 1`. For the catalog and the timeline.
    /// - Returns: The app and the copy; nil when the container is not that of a live copy, so that nothing was to be done.
    /// - Throws: `E-NGINX-DOWN` when nginx could not be told; the catalog has changed then.
    @discardableResult
    public func instanceEnded(
        _ id: Int64, containerID: String, reason: String
    ) async throws -> (app: AppName, instance: InstanceName)? {
        guard let (app, instance) = try liveInstance(id, containerID: containerID) else { return nil }
        try store.addEvent("health-changed", app: app.name, actor: actor, "\(instance.name) \(reason)")
        if try store.setStatus(.critical, output: reason, ofServicesOf: instance.id) {
            tellHealth(of: instance, of: app, isPassing: false, reason)
            try await publishEndpoints(of: app)
        }
        return (app.name, instance.name)
    }

    /// Puts a live copy back into service whose container runs again: once the engine confirms that the container at the
    /// copy's address is that copy, and its port accepts connections. Waits for that as long as the container runs.
    ///
    /// - Returns: The app and the copy; nil when the container is not that of a live copy, or no longer.
    /// - Throws: `E-ENGINE-FAILED` when the container is not at its address, `E-APP-EXITED` when it ended meanwhile,
    ///   `E-NGINX-DOWN`.
    @discardableResult
    public func instanceStarted(
        _ id: Int64, containerID: String
    ) async throws -> (app: AppName, instance: InstanceName)? {
        guard let (app, instance) = try liveInstance(id, containerID: containerID) else { return nil }
        try await confirm(instance, containerID: containerID)
        let services = try store.services(of: app).filter { $0.appInstance?.instanceID == id }
        guard !services.isEmpty else { return (app.name, instance.name) }
        if services.contains(where: { $0.port != 0 }) {
            try await waitUntilListening(instance, of: app, containerID: containerID)
        }
        // It may have ended, moved or been replaced while it was waited for.
        let found = try await confirm(instance, containerID: containerID)
        guard try liveInstance(id, containerID: containerID) != nil else { return nil }
        // The image's own health check has its say too; the engine tells when it changes its mind.
        let health = EngineHealth(found.state)
        guard health.status != .critical else { return (app.name, instance.name) }
        let isChanged = try store.setStatus(.passing, output: "", ofServicesOf: id)
        if isChanged {
            try store.addEvent("health-changed", app: app.name, actor: actor, "\(instance.name) serves again")
        }
        try await publishEndpoints(of: app)
        if isChanged { tellHealth(of: instance, of: app, isPassing: true, "serves again") }
        return (app.name, instance.name)
    }

    /// Looks at the containers of an app's live copies, for what has happened while nobody followed the engine's events, and
    /// takes those out of service that do not run, stand still or are unhealthy.
    ///
    /// - Returns: The copies that run although the catalog says they do not; `instanceStarted` puts them back.
    /// - Throws: `E-ENGINE-FAILED`, `E-NGINX-DOWN`.
    public func lookAtInstances(of app: App) async throws -> [(id: Int64, containerID: String)] {
        var recovered: [(id: Int64, containerID: String)] = []
        let services = try store.services(of: app)
        for instance in try store.instances(of: app) where instance.state == .live {
            guard let containerID = instance.containerID,
                let service = services.first(where: { $0.appInstance?.instanceID == instance.id })
            else { continue }
            let engineCheck = Service.Key(node: service.node, id: Check.engineID(of: service.id))
            let wasCritical = try store.check(engineCheck)?.status == .critical
            let reason = try await complaint(about: instance, containerID: containerID)
            if let reason, !wasCritical {
                try await instanceEnded(instance.id, containerID: containerID, reason: reason)
            } else if reason == nil, wasCritical {
                recovered.append((instance.id, containerID))
            }
        }
        return recovered
    }

    /// Why a copy's container cannot serve; nil when the engine has nothing against it.
    private func complaint(about instance: Instance, containerID: String) async throws -> String? {
        try await engineCall("looking at \(instance.name)") {
            do {
                let state = try await engine.inspectContainer(containerID).state
                // Its deploy has found it well; the image's own check does not know yet.
                if state.status == .running, state.health?.status == "starting" { return nil }
                let health = EngineHealth(state)
                return health.status == .critical ? health.output : nil
            } catch let error as EngineError where error.isNotFound {
                return "has no container any more"
            }
        }
    }

    /// Nobody waits for it: a plugin may take its time, and other copies may need attention meanwhile.
    func tellHealth(of instance: Instance, of app: App, isPassing: Bool, _ reason: String) {
        guard triggers.isImplemented(.healthChanged) else { return }
        let life = LifeTriggers(platform: self, app: app, reporter: SilentReporter())
        Task { await life.health(of: instance, isPassing: isPassing, reason) }
    }

    /// Calls the engine for a command that shows or attends to containers itself, with errors in the person's words.
    /// `doing` completes "The Docker Engine failed while …".
    public func askEngine<Value>(_ doing: String, _ body: (EngineClient) async throws -> Value) async throws -> Value {
        try await engineCall(doing) { try await body(engine) }
    }

    /// Tells the daemon that rows have changed.
    ///
    /// - Returns: Whether a daemon heard it.
    @discardableResult
    public func ringDaemon() -> Bool { DaemonBell(path: settings.daemonSocket).ring() }

    /// The app and the copy, if the copy is live and the container is its own.
    func liveInstance(_ id: Int64, containerID: String) throws -> (App, Instance)? {
        guard let instance = try store.instance(id: id), instance.state == .live, instance.containerID == containerID,
            let app = try store.apps().first(where: { $0.id == instance.appID })
        else { return nil }
        return (app, instance)
    }

    /// Returns when the copy's port accepts connections; throws when the container ends first.
    private func waitUntilListening(_ instance: Instance, of app: App, containerID: String) async throws {
        let checker = try healthChecker(of: instance, app: app, containerID: containerID)
        let check = HealthCheck(probe: .listening(port: nil), timeout: .seconds(5))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var pause = HealthChecker.firstPause
                while await checker.probe(check) != .passed {
                    try await ContinuousClock().sleep(for: pause)
                    pause = min(pause * 2, .seconds(5))
                }
            }
            group.addTask {
                let code = try await engineCall("waiting for \(instance.name)") {
                    try await engine.waitContainer(containerID, .notRunning)
                }
                throw CairnError(
                    .appExited, "\(instance.name) of \(app.name) ended with status \(code) before it listened")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Runs checks on a copy of the release that it runs.
    func healthChecker(of instance: Instance, app: App, containerID: String) throws -> HealthChecker {
        let content = try store.release(id: instance.releaseID).content
        let mappings = try portMappings(of: app, config: content.config, exposedPorts: content.exposedPorts)
        return HealthChecker(
            engine: engine, containerID: containerID, address: instance.address,
            port: containerPort(mappings, config: content.config, exposedPorts: content.exposedPorts),
            host: try store.domains(of: app).first { !$0.isWildcard }?.rawValue)
    }
}
