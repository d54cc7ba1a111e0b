import CairnCatalog
public import CairnCore
public import CairnStore
import CairnNginx
import DockerEngine
import Foundation
import Glibc

extension Platform {
    /// What would bring an app from what runs to what its rows want; for `reconcile --plan`, and the first half of every
    /// operation.
    public func plan(_ app: App) async throws -> Plan {
        var plan = try await plan(app, wanted: wanted(app), replaced: [])
        if try await !isPublished(app) { plan.steps.append(.publish) }
        return plan
    }

    func plan(_ app: App, wanted: [InstanceName], replaced: Set<ProcessType>) async throws -> Plan {
        let network = try networkName(of: app)
        let containers = try await containers(of: app).map { container in
            ActualContainer(
                id: container.id, instanceID: container.labels["cairn.instance"].flatMap(Int64.init),
                // What is paused has not stopped: somebody lets it go on, or not.
                isRunning: container.state == .running || container.state == .paused,
                address: container.networks[network].flatMap { IPv4Address($0.ipAddress) })
        }
        return Planner(
            wanted: wanted, replaced: replaced, instances: try store.instances(of: app), containers: containers,
            networkExists: try await networkExists(of: app), now: Date()
        ).plan()
    }

    /// The copies that the rows want: none for an app that is stopped or was never deployed.
    private func wanted(_ app: App) throws -> [InstanceName] {
        guard app.desiredState == .running, let release = try store.currentRelease(of: app) else { return [] }
        return release.wanted(try store.scale(of: app))
    }

    private func isPublished(_ app: App) async throws -> Bool {
        guard app.isDeployed, try !store.domains(of: app).isEmpty else { return true }
        let wanted = try endpoints(of: app).filter { !$0.value.isEmpty }
        // An nginx that is down has the file, which it loads when it starts.
        guard let found = try? await nginx.endpoints(for: app.name) else { return true }
        return found.filter { !$0.value.isEmpty } == wanted
    }

    /// Makes an app whole: what an interrupted deploy left is removed or finished, what stopped is brought back, and nginx
    /// is told what serves.
    ///
    /// - Returns: What was done.
    /// - Throws: `E-DEPLOY-LOCKED` when an operation on the app is running, which is nothing to mend.
    @discardableResult
    public func reconcile(_ app: App, reporter: any ProgressReporter) async throws -> Plan {
        try await withLock(app, operation: "reconcile", reporter: reporter) { app in
            try failInterrupted(app)
            for task in try await containers(of: app, kind: "task") { try await removeContainer(task.id) }
            let plan = try await plan(app)
            plan.steps.forEach { reporter.detail("\(app.name): \($0)") }
            if let release = try store.currentRelease(of: app) {
                try await bring(app, to: release, by: plan, reporter: reporter)
            } else {
                try await clear(plan, of: app)
                try await route(app, reporter: reporter)
            }
            try await removeUnnamedImages(of: app)
            try await stopDueInstances()
            try arrangeRetirement()
            return plan
        }
    }

    private func bring(_ app: App, to release: Release, by plan: Plan, reporter: any ProgressReporter) async throws {
        if plan.starts.isEmpty && plan.retirements.isEmpty {
            try await clear(plan, of: app)
            let settings = try store.processSettings(of: app.name)
            let mappings = try portMappings(of: app)
            var app = app
            if plan.steps.contains(.makeNetwork) { app = try await makeNetwork(of: app) }
            try await bringBack(plan.repairs, of: app, settings: settings, mappings: mappings, reporter: reporter)
            try await route(app, reporter: reporter)
        } else if app.desiredState == .running {
            try await rollout(of: app, release, PhaseClock(), reporter).apply(plan)
        } else {
            try await clear(plan, of: app)
            try store.retire(plan.retirements, at: Date())
            try await publishEndpoints(of: app)
        }
    }

    /// Releases and builds that say they are under way although their process is gone: with the lock held, nobody else is.
    func failInterrupted(_ app: App) throws {
        for release in try store.releases(of: app, limit: 20) where release.status == .pending {
            try store.failRelease(release, because: "interrupted before it went live")
        }
        for build in try store.builds(of: app) where build.status == .running && kill(build.pid, 0) != 0 {
            try store.finishBuild(
                id: build.id, status: .failed, exitCode: -1, releaseVersion: nil, timings: build.timings)
        }
    }
}
