public import CairnCore
import CairnPlugins
public import CairnStore
import DockerEngine
import Foundation

extension Platform {
    /// Replaces the running copies of the current release by new ones: of one process, or of all.
    public func restart(_ app: App, process: ProcessType? = nil, reporter: any ProgressReporter) async throws {
        try await change(app, operation: "ps:restart", reporter: reporter) { app, release in
            if let process, !release.processTypes.contains(process) { throw Self.unknown(process, of: release, app) }
            reporter.step("Restarting \(app.name)\(process.map { " (\($0))" } ?? "")")
            return Change(replaced: process.map { [$0] } ?? Set(release.processTypes))
        }
        await afterChange(of: app, "ps:restart", reporter).note("restarted", process?.rawValue ?? "all processes")
    }

    /// Changes how many copies of processes run. Copies that stay are left alone. Without
    /// `deploys` the numbers are only noted, for the next deploy.
    ///
    /// - Throws: `E-NOT-ALLOWED` when app.json fixes the scale; `E-INVALID-VALUE` for a process that the Procfile lacks.
    public func scale(
        _ app: App, to quantities: [ProcessType: Int], deploys: Bool = true, reporter: any ProgressReporter
    ) async throws {
        let release = try store.currentRelease(of: app)
        if let release { try check(quantities, against: release, app) }
        let text = quantities.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        reporter.step("Scaling \(app.name) processes: \(text)")
        guard deploys, release != nil, app.desiredState == .running else {
            try store.setScale(quantities, of: app)
            return
        }
        try await change(app, operation: "ps:scale", reporter: reporter) { _, _ in Change(scale: quantities) }
        await afterChange(of: app, "ps:scale", reporter).note("scaled", text)
        await LifeTriggers(platform: self, app: app, reporter: reporter).scaled(quantities)
    }

    /// Runs the app again as it was when it was stopped; one that runs is left alone.
    public func start(_ app: App, reporter: any ProgressReporter) async throws {
        try await triggers.fire(.preStart, app.name.rawValue, reporter: reporter)
        try await change(app, operation: "ps:start", reporter: reporter) { app, _ in
            reporter.step("Starting \(app.name)")
            return Change()
        }
        await afterChange(of: app, "ps:start", reporter).note("started", "")
    }

    /// Stops all copies, at once and until `start`. The addresses answer with the page that says so.
    public func stop(_ app: App, reporter: any ProgressReporter) async throws {
        _ = try requireRelease(of: app)
        try await withLock(app, operation: "ps:stop", reporter: reporter) { app in
            reporter.step("Stopping \(app.name)")
            _ = try await schedules(.schedulerStop, of: app, reporter: reporter)
            try store.setDesiredState(.stopped, of: app)
            let live = try store.instances(of: app).filter { $0.state == .live }
            try store.retire(live, at: Date())
            try await publishEndpoints(of: app)
            await LifeTriggers(platform: self, app: app, reporter: reporter).exchanged(live, for: [])
            try await stopDueInstances()
        }
        try await triggers.fire(.postStop, app.name.rawValue, reporter: reporter)
        try store.addEvent("stopped", app: app.name, actor: actor, "")
    }

    // MARK: One way for all of them

    /// What an operation wants to be different.
    struct Change {
        /// Process types whose copies are to be new.
        var replaced: Set<ProcessType> = []
        /// Numbers that are to be wanted from now on.
        var scale: [ProcessType: Int] = [:]

        /// The process type, when it is about one alone.
        var onlyProcess: [String] {
            let types = replaced.union(scale.keys)
            return types.count == 1 ? types.map(\.rawValue) : []
        }
    }

    private func change(
        _ app: App, operation: String, reporter: any ProgressReporter, _ body: (App, Release) throws -> Change
    ) async throws {
        let release = try requireRelease(of: app)
        try await withLock(app, operation: operation, reporter: reporter) { app in
            let change = try body(app, release)
            let scale = try store.scale(of: app).merging(change.scale) { $1 }
            let isOurs = try await schedules(
                .schedulerDeploy, of: app, [Self.imageTag] + change.onlyProcess, reporter: reporter)
            let plan = try await plan(
                app, wanted: isOurs ? release.wanted(scale) : [], replaced: change.replaced)
            let phases = PhaseClock()
            do {
                try await rollout(of: app, release, scale: change.scale, phases, reporter).apply(plan)
            } catch {
                throw await DeployFailure(platform: self, app: app, phase: phases.current).explain(error)
            }
            await afterChange(of: app, operation, reporter).attempt("retire") { try arrangeRetirement() }
        }
    }

    private func afterChange(
        of app: App, _ operation: String, _ reporter: any ProgressReporter
    ) -> AfterCommit {
        AfterCommit(self, app, reporter, change: "\(operation) of \(app.name) is in effect")
    }

    func rollout(
        of app: App, _ release: Release, scale: [ProcessType: Int]? = nil, _ phases: PhaseClock,
        _ reporter: any ProgressReporter
    ) throws -> Rollout {
        Rollout(
            platform: self, app: app, release: release, appJSON: try release.controlFiles().appJSON,
            settings: try store.processSettings(of: app.name), mappings: try portMappings(of: app), reporter: reporter,
            phases: phases, scale: scale)
    }

    private func check(_ quantities: [ProcessType: Int], against release: Release, _ app: App) throws {
        if try release.controlFiles().appJSON.fixesScale {
            throw CairnError(
                .notAllowed,
                "App \(app.name) contains an app.json file with a formations key and cannot be manually scaled",
                hint: "Change the quantities in app.json and push.")
        }
        for (process, quantity) in quantities where quantity > 0 && !release.processTypes.contains(process) {
            throw Self.unknown(process, of: release, app)
        }
    }

    private static func unknown(_ process: ProcessType, of release: Release, _ app: App) -> CairnError {
        CairnError(
            .invalidValue, "\(process) is not a valid process name to scale up",
            hint: "\(app.name) has these: \(release.processTypes.map(\.rawValue).joined(separator: ", ")).")
    }
}
