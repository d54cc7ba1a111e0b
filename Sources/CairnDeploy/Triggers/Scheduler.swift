public import CairnCore
public import CairnPlugins
public import CairnStore

/// Who runs an app's containers: Cairn, or a plugin.
public struct Scheduler: Sendable, Equatable {
    /// The name that plugins know Cairn by.
    public static let own = "docker-local"

    public let name: String

    public var isOwn: Bool { name == Self.own }
}

extension Platform {
    /// The app's scheduler: the one set with `scheduler:set APP selected`, else what plugins detect, else Cairn.
    public func scheduler(of app: App) async throws -> Scheduler {
        if let name = try store.effectiveProperties("scheduler", of: app.name)["selected"] {
            return Scheduler(name: name)
        }
        guard triggers.isImplemented(.schedulerDetect) else { return Scheduler(name: Scheduler.own) }
        let answer = PluginAnswer(try await triggers.ask(.schedulerDetect, app.name.rawValue), to: .schedulerDetect)
        guard let name = answer.firstLine else { return Scheduler(name: Scheduler.own) }
        guard (try? ProcessType(validating: name)) != nil else {
            throw answer.refused("'\(name.excerpt())' is not the name of a scheduler")
        }
        return Scheduler(name: name)
    }

    /// Tells plugins of work for a scheduler. Every plugin hears of it and looks at the name whether it is meant.
    ///
    /// - Returns: Whether Cairn has to do the work itself; otherwise a plugin has done it.
    /// - Throws: `E-NOT-FOUND` when the app's scheduler is a plugin's and none implements the trigger; what the plugin
    ///   failed with.
    public func schedules(
        _ trigger: Trigger, of app: App, _ arguments: [String] = [], reporter: any ProgressReporter
    ) async throws -> Bool {
        let scheduler = try await scheduler(of: app)
        try require(trigger, for: scheduler, of: app)
        try await triggers.fire(
            trigger, arguments: [scheduler.name, app.name.rawValue] + arguments, reporter: reporter)
        return scheduler.isOwn
    }

    /// Asks the plugin that runs an app; nil when Cairn does.
    public func askScheduler(
        _ trigger: Trigger, of app: App, _ arguments: [String] = [], reporter: any ProgressReporter
    ) async throws -> String? {
        let scheduler = try await scheduler(of: app)
        if scheduler.isOwn { return nil }
        try require(trigger, for: scheduler, of: app)
        let call = TriggerCall(trigger, [scheduler.name, app.name.rawValue] + arguments)
        return try await triggers.run(call, output: .returned, reporter: reporter)
    }

    /// Tells plugins that the app's tasks at fixed times may have become others.
    func tellTasks(of app: App, reporter: any ProgressReporter) async throws {
        guard triggers.isImplemented(.schedulerCronWrite) else { return }
        let scheduler = try await scheduler(of: app)
        try await triggers.fire(.schedulerCronWrite, scheduler.name, app.name.rawValue, reporter: reporter)
    }

    private func require(_ trigger: Trigger, for scheduler: Scheduler, of app: App) throws(CairnError) {
        guard !scheduler.isOwn, trigger.class == .mandatory, !triggers.isImplemented(trigger) else { return }
        throw CairnError(
            .notFound,
            "\(app.name) is run by the scheduler '\(scheduler.name)', and no enabled plugin implements \(trigger)",
            hint: "Enable the plugin; or let Cairn run the app: cairn scheduler:set \(app.name) selected")
    }
}
