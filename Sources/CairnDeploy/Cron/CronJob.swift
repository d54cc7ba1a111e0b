public import CairnCore
public import CairnStore

/// A task that the app.json of an app's current release wants run at certain times.
public struct CronJob: Sendable, Equatable {
    public let app: App
    public let task: CronTask
    /// What commands call it; the same from deploy to deploy.
    public let id: String
    /// Whether `cron:set maintenance` keeps all tasks of the app from their schedule.
    public let isAppInMaintenance: Bool
    /// Whether the file, or `cron:suspend`, keeps this one from it.
    public let isTaskInMaintenance: Bool

    /// Whether only `cron:run` starts it.
    public var isInMaintenance: Bool { isAppInMaintenance || isTaskInMaintenance }
}

/// The keys of the namespace `cron`.
public enum CronProperty {
    public static let namespace = "cron"
    public static let maintenance = "maintenance"

    /// The key that suspends one task.
    public static func maintenance(of id: String) -> String { "\(maintenance).\(id)" }
}

extension Platform {
    /// The tasks of the app's current release, in the order of its app.json; none before the first deploy.
    ///
    /// - Throws: `E-INVALID-FILE` when the release's app.json cannot be read.
    public func cronJobs(of app: App) throws -> [CronJob] {
        guard let release = try store.currentRelease(of: app), release.content.appJSON != nil else { return [] }
        let tasks = try release.controlFiles().appJSON.cron
        if tasks.isEmpty { return [] }
        let properties = try store.effectiveProperties(CronProperty.namespace, of: app.name)
        let own = try store.properties(CronProperty.namespace, in: .app(app.name))
        // Either suffices: a host in maintenance stays so, whatever an app has set.
        let global = try store.property(CronProperty.namespace, CronProperty.maintenance, in: .global)
        let isAppInMaintenance = properties[CronProperty.maintenance] == "true" || global == "true"
        return tasks.map { task in
            let id = task.id(app: app.name)
            return CronJob(
                app: app, task: task, id: id, isAppInMaintenance: isAppInMaintenance,
                isTaskInMaintenance: task.isSuspended || own[CronProperty.maintenance(of: id)] == "true")
        }
    }

    /// The task of that id.
    ///
    /// - Throws: `E-NOT-FOUND`.
    public func cronJob(_ id: String, of app: App) throws -> CronJob {
        guard let job = try cronJobs(of: app).first(where: { $0.id == id }) else {
            throw CairnError(
                .notFound, "No matching Cron ID found: \(id.excerpt())",
                hint: "Please specify a Cron ID from the output of 'cairn cron:list \(app.name)'.")
        }
        return job
    }
}
