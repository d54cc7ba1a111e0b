import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct CronList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "cron:list", "List the tasks that an app, or every app, wants run at certain times.",
        usage: "(<app> | --global) [--format <format>]",
        discussion: "They are what 'cron' in the app.json of the current release says.")

    @OptionGroup var format: FormatOption
    @OptionGroup var words: ScopedWords

    func run(in context: CommandContext) async throws {
        let target = try words.targetAlone(context)
        let platform = try context.platform()
        let apps = if let app = target.app { [app] } else { try await context.visibleApps() }
        let jobs = try apps.flatMap { try platform.cronJobs(of: $0) }
        if format.isJSON { return context.output.json(.array(jobs.map(\.json))) }
        let names = target.app == nil ? ["App"] : []
        context.output.table(
            names + ["ID", "Schedule", "Concurrency", "Maintenance", "Command"],
            jobs.map { job in
                (target.app == nil ? [job.app.name.rawValue] : [])
                    + [
                        job.id, job.task.schedule.rawValue, job.task.concurrency.rawValue, job.maintenance,
                        job.task.command,
                    ]
            })
    }
}

extension CronJob {
    fileprivate var maintenance: String {
        isTaskInMaintenance ? "true (task)" : isAppInMaintenance ? "true (app)" : "false"
    }

    fileprivate var json: JSONValue {
        [
            "id": .string(id), "app": .string(app.name.rawValue), "command": .string(task.command),
            "schedule": .string(task.schedule.rawValue), "concurrency_policy": .string(task.concurrency.rawValue),
            "app-in-maintenance": .bool(isAppInMaintenance), "task-in-maintenance": .bool(isTaskInMaintenance),
            "maintenance": .bool(isInMaintenance),
        ]
    }
}
