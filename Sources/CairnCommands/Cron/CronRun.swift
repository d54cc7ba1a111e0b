import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore

struct CronRun: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "cron:run", "Run a task of an app now, whatever its schedule says.",
        usage: "[--detach] [--ttl-seconds N] <app> <id>",
        discussion: """
            Attached, the exit status is 0 when the task's is, and 1 otherwise. With --detach it prints the container's name, \
            for run:logs and run:stop.
            """)

    @Flag(help: "Do not wait for it.") var detach = false
    @Option(parsing: .unconditional, help: "Seconds after which the container is removed, whatever it does.")
    var ttlSeconds: Int?
    @Argument(help: "The app.") var app: String
    @Argument(help: "The task's id, from cron:list.") var id: String?

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard let id else {
            throw CairnError(.invalidValue, "Please specify a Cron ID from the output of 'cairn cron:list \(app.name)'")
        }
        var options = OneOffOptions()
        if let ttlSeconds {
            guard ttlSeconds > 0 else { throw CairnError(.invalidValue, "--ttl-seconds must be a positive integer") }
            options.timeToLive = ttlSeconds
        }
        options.isAttached = !detach
        let platform = try context.platform()
        let job = try platform.cronJob(id, of: app)
        if try await context.delegates(.schedulerRun, of: app, options.triggerArguments([job.task.command])) { return }
        let (name, container) = try await platform.createCronRun(
            job, options, reporter: ErrorStreamReporter(console: context.console))
        if detach { return try await start(container, named: name, platform, context) }
        let attended = AttendedContainer(
            id: container, hasTerminal: false, platform: platform, console: context.console)
        if try await attended.run() != 0 { throw ExitStatus(1) }
    }

    private func start(
        _ id: String, named name: String, _ platform: Platform, _ context: CommandContext
    ) async throws {
        try await platform.startOneOff(id, named: name)
        context.output.line(name)
    }
}
