import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct CronSuspend: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "cron:suspend", "Keep a task from its schedule; cron:run still runs it.")

    @Argument(help: "The app.") var app: String
    @Argument(help: "The task's id, from cron:list.") var id: String

    func run(in context: CommandContext) async throws { try await CronSwitch(app, id, "true").run(in: context) }
}

struct CronResume: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "cron:resume", "Let a suspended task run by its schedule again.")

    @Argument(help: "The app.") var app: String
    @Argument(help: "The task's id, from cron:list.") var id: String

    func run(in context: CommandContext) async throws { try await CronSwitch(app, id, nil).run(in: context) }
}

/// Sets what suspends one task, or takes it away. What app.json itself suspends stays so.
private struct CronSwitch {
    let app: String
    let id: String
    let value: String?

    init(_ app: String, _ id: String, _ value: String?) { (self.app, self.id, self.value) = (app, id, value) }

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let job = try context.platform().cronJob(id, of: app)
        let key = CronProperty.maintenance(of: job.id)
        context.output.headline(value.map { "Setting \(key) to \($0)" } ?? "Unsetting \(key)")
        try context.store().setProperty(CronProperty.namespace, key, to: value, in: .app(app.name))
        if value == nil, job.task.isSuspended {
            context.output.warning("app.json itself suspends the task: it runs when a deploy changes that.")
        }
    }
}
