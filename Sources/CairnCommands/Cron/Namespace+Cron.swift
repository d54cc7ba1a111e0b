import CairnCore
import CairnDeploy
import CairnStore

enum CronProperties: PropertyNamespace {
    static let name = CronProperty.namespace
    static let repeatsKeysWithPrefix = true
    static let definitions = [PropertyDefinition(CronProperty.maintenance, standard: "false", .flag)]

    /// Each task has a key of its own: `maintenance.<id>`.
    static func definition(of key: String, for app: App?, in context: CommandContext) throws -> PropertyDefinition? {
        guard key.hasPrefix(CronProperty.maintenance + ".") else { return nil }
        guard let app else {
            throw CairnError(.invalidValue, "Task maintenance properties cannot be set globally")
        }
        let id = String(key.dropFirst(CronProperty.maintenance.count + 1))
        guard !id.isEmpty else { throw CairnError(.invalidValue, "Invalid task maintenance property, missing ID") }
        _ = try context.platform().cronJob(id, of: app)
        return PropertyDefinition(key, .app, .flag)
    }

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        let jobs = try context.platform().cronJobs(of: app)
        return [ReportRow("cron-task-count", "\(jobs.count)")]
            + jobs.filter(\.isTaskInMaintenance).map { ReportRow("cron-maintenance-\($0.id)", true) }
    }
}

extension Namespace {
    static let cron = Namespace(
        "cron", "Tasks that run at certain times",
        [
            CronList.self, PropertyReport<CronProperties>.self, CronResume.self, CronRun.self,
            PropertySet<CronProperties>.self, CronSuspend.self,
        ])
}
