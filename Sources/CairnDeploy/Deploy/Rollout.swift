import CairnCore
import CairnDiscovery
import CairnNginx
import CairnPlugins
import CairnStore
import DockerEngine
import Foundation

/// Applies a plan: from what runs to what is wanted, with one commit point.
///
/// Deploy, restart, scale, rollback, start and stop all are a rollout; they differ in what is wanted and in what is
/// replaced. Whatever fails before the commit leaves the running copies alone and removes what was started.
struct Rollout {
    let platform: Platform
    let app: App
    /// What the new copies run.
    let release: Release
    let appJSON: AppJSON
    let settings: ProcessSettings
    let mappings: [PortMapping]
    let reporter: any ProgressReporter
    let phases: PhaseClock
    /// Set together with the commit; nil leaves the scale as it is.
    var scale: [ProcessType: Int]?
    /// What becomes of the app's variables with the commit.
    var config: ConfigChange?

    private var store: Store { platform.store }
    private var engine: EngineClient { platform.engine }

    /// Starts and gates what the plan wants, commits, switches the endpoints and lets go of the rest.
    func apply(_ plan: Plan) async throws {
        var app = app
        if plan.steps.contains(.makeNetwork) { app = try await platform.makeNetwork(of: app) }
        platform.crashPoint.passed(.networked)
        try await platform.clear(plan, of: app)
        let candidates = try await startCandidates(plan.starts, of: app)
        do {
            try await repair(plan, of: app)
            try await phases.measure("route") {
                try await platform.installVirtualHost(of: app, mappings: mappings, reporter: reporter)
            }
            platform.crashPoint.passed(.routed)
            try Task.checkCancellation()
            try commit(candidates, retiring: plan.retirements)
        } catch {
            await platform.discard(candidates)
            throw error
        }
        platform.crashPoint.passed(.committed)
        await switchTraffic(app)
        platform.crashPoint.passed(.published)
        await settle(app, candidates, plan.retirements)
    }

    // MARK: Before the commit

    private func startCandidates(_ names: [InstanceName], of app: App) async throws -> [Instance] {
        guard !names.isEmpty else { return [] }
        guard let subnet = app.subnet else {
            throw CairnError(.store, "The network of \(app.name) has no addresses reserved")
        }
        let candidates = try store.addCandidates(
            names, of: release, in: subnet, offsets: AppNetwork(subnet: subnet).reservedOffsets)
        platform.crashPoint.passed(.reserved)
        do {
            let containers = try await create(candidates, of: app)
            platform.crashPoint.passed(.created)
            try await start(candidates, containers)
            platform.crashPoint.passed(.gated)
        } catch {
            await platform.discard(candidates)
            throw error
        }
        return candidates
    }

    private func create(_ candidates: [Instance], of app: App) async throws -> [Int64: String] {
        let container = try platform.instanceContainer(
            of: app, release: release, settings: settings, mappings: mappings)
        let making = ContainerMaking(platform: platform, app: app, release: release, reporter: reporter)
        return try await phases.measure("create") {
            var ids: [Int64: String] = [:]
            for instance in candidates {
                let spec = try container.spec(of: instance)
                let id = try await engineCall("creating \(instance.name)") {
                    try await making.make(container.name(of: instance), spec, for: .copy(instance.name))
                }
                try store.setContainer(id, of: instance)
                ids[instance.id] = id
            }
            return ids
        }
    }

    /// Starts and gates all copies side by side, as many at once as the process allows.
    private func start(_ candidates: [Instance], _ containers: [Int64: String]) async throws {
        let byProcess = Dictionary(grouping: candidates, by: \.name.process)
        for process in byProcess.keys.sorted() {
            reporter.step("Starting \(process) (count=\(byProcess[process]?.count ?? 0))")
        }
        try await phases.measure("start") {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (process, instances) in byProcess {
                    group.addTask { try await startAll(instances, of: process, containers) }
                }
                try await group.waitForAll()
            }
        }
    }

    /// The engine starts containers one after the other anyway; four at once keep it busy.
    static let standardParallelism = 4

    private func startAll(
        _ instances: [Instance], of process: ProcessType, _ containers: [Int64: String]
    ) async throws {
        let width = appJSON.formation[process]?.maximumParallel ?? Self.standardParallelism
        let gate = HealthGate(
            engine: engine, checks: HealthGate.checks(for: process, in: appJSON, settings: settings),
            port: platform.containerPort(
                mappings, config: release.content.config, exposedPorts: release.content.exposedPorts),
            host: try store.domains(of: app).first { !$0.isWildcard }?.rawValue)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            for instance in instances {
                if running == max(width, 1) { running -= try await group.next() == nil ? 0 : 1 }
                guard let id = containers[instance.id] else { continue }
                group.addTask { try await startOne(instance, id, gate) }
                running += 1
            }
            try await group.waitForAll()
        }
    }

    private func startOne(_ instance: Instance, _ containerID: String, _ gate: HealthGate) async throws {
        try await engineCall("starting \(instance.name)") { try await engine.startContainer(containerID) }
        platform.crashPoint.passed(.started)
        try await gate.pass(instance, containerID: containerID, reporter: reporter)
        try await platform.triggers.fire(
            .checkDeploy, app.name.rawValue, containerID, instance.name.process.rawValue,
            instance.name.process == .web ? "\(gate.port)" : "", "\(instance.address)", "\(instance.name.index)",
            reporter: reporter)
        try await platform.confirm(instance, containerID: containerID)
        reporter.detail("\(instance.name) is up (\(containerID.prefix(12)))")
    }

    private func repair(_ plan: Plan, of app: App) async throws {
        for case .repair(let instance, let reason) in plan.steps {
            reporter.detail("Bringing back \(instance.name): \(reason)")
        }
        try await platform.bringBack(
            plan.repairs, of: app, settings: settings, mappings: mappings, reporter: reporter)
    }

    // MARK: The commit and after

    /// From here on nothing stops it, neither a cancellation nor an error: the release is live, and the endpoints are in
    /// the file that nginx reads, whether or not it can be reached now.
    private func switchTraffic(_ app: App) async {
        await Task {
            do {
                try await phases.measure("switch") { try await platform.publishEndpoints(of: app) }
            } catch {
                let reason = (error as? CairnError)?.message ?? "\(error)"
                reporter.warning("v\(release.version) is live, but nginx could not be told: \(reason)")
                reporter.warning("Run 'cairn reconcile \(app.name)' when that is mended.")
            }
        }.value
    }

    /// Plugins are told, and containers let go that the app is no longer linked to. It has no say any more in whether the
    /// rollout succeeds, and goes on to its end.
    private func settle(_ app: App, _ new: [Instance], _ old: [Instance]) async {
        await Task {
            let life = LifeTriggers(platform: platform, app: app, reporter: reporter)
            await life.exchanged(old, for: new)
            if !new.isEmpty || !old.isEmpty {
                await life.switched(to: release, (try? platform.endpoints(of: app)) ?? [:])
            }
            do { try await platform.partLinks(of: app, release: release, reporter: reporter) } catch {
                reporter.warning((error as? CairnError)?.message ?? "\(error)")
            }
            await platform.updateClients(of: app, reporter: reporter)
        }.value
    }

    private func commit(_ candidates: [Instance], retiring: [Instance]) throws {
        let now = Date()
        let drain = now.addingTimeInterval(Double(settings.waitToRetire))
        // Read again: their rows know their containers by now.
        let made = try candidates.map { try store.instance(id: $0.id) ?? $0 }
        let services = try platform.registrations(of: made, app: app, mappings: mappings)
        // Only web gets requests that it may have to finish; two releases of a worker should not run side by side.
        let retirements = retiring.map { ($0, $0.name.process == .web ? drain : now) }
        try store.commit(
            release, candidates: candidates, services: services, retiring: retirements, scale: scale,
            config: config)
    }
}

extension Platform {
    func instanceContainer(
        of app: App, release: Release, settings: ProcessSettings, mappings: [PortMapping]
    ) throws -> InstanceContainer {
        InstanceContainer(
            app: app, release: release, settings: settings, networkName: try networkName(of: app),
            labels: try labels(of: app, kind: "instance"), namePrefix: try containerNamePrefix(),
            nameServers: try nameServers(of: app),
            port: containerPort(mappings, config: release.content.config, exposedPorts: release.content.exposedPorts))
    }

    func containerNamePrefix() throws -> String {
        self.settings.root == HostSettings.standardRoot ? "" : "\(try store.installationID())-"
    }

    /// Removes what an interrupted deploy left.
    func clear(_ plan: Plan, of app: App) async throws {
        for step in plan.steps {
            switch step {
            case .removeContainer(let id, _): try await removeContainer(id)
            case .discard(let instance): await discard([instance])
            default: continue
            }
        }
    }

    /// Removes candidates that did not make it, with their containers. What cannot be removed now (the engine may be the
    /// reason for the failure) keeps its row, by which reconcile finds it.
    func discard(_ candidates: [Instance]) async {
        // Runs to its end even when the deploy was cancelled.
        await Task { [self] in
            for instance in candidates {
                do {
                    let container = try store.instance(id: instance.id)?.containerID
                    if let container { try await removeContainer(container) }
                    try store.removeInstance(instance)
                } catch { continue }
            }
        }.value
    }

    /// Removes a container; one that is gone already is no error.
    func removeContainer(_ id: String) async throws {
        try await engineCall("removing container \(id.prefix(12))") {
            do { try await engine.removeContainer(id, force: true, volumes: true) } catch let error as EngineError
                where error.isNotFound || error.isConflict
            {
                // 409: another process is removing it.
            }
        }
    }

    /// That the container at the instance's address is the instance: the last look before it may get requests.
    ///
    /// - Returns: What was seen.
    @discardableResult
    func confirm(_ instance: Instance, containerID: String) async throws -> ContainerInspect {
        let found = try await engineCall("inspecting \(instance.name)") {
            try await engine.inspectContainer(containerID)
        }
        let addresses = found.networks.values.compactMap { IPv4Address($0.ipAddress) }
        guard found.state.running, found.config.labels["cairn.instance"] == "\(instance.id)",
            addresses.contains(instance.address)
        else {
            throw CairnError(
                .engineFailed, "The container at \(instance.address) is not \(instance.name)",
                hint: "Run 'cairn reconcile'; if it comes back, restart the engine.")
        }
        return found
    }
}
