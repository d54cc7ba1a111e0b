import ArgumentParser
import CairnCore
import CairnDeploy
import CairnReceive
import CairnStore

struct Reconcile: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "reconcile", "Bring what runs in line with what is wanted: one app, or the host and all apps.",
        usage: "[--plan] [<app>]",
        discussion: """
            Starts what has stopped, removes what an interrupted deploy left, and writes every derived file anew. With \
            --plan it only says what it would do.
            """)

    @Flag(help: "Print what would be done, and do nothing.") var plan = false
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        let platform = try context.platform()
        if let app { return try await one(context.app(app), platform, context) }
        let apps = try context.store().apps()
        if !plan {
            try await platform.reconcileHost(reporter: context.reporter)
            try AuthorizedKeys.install(context.store().sshKeys(), settings: context.settings)
        }
        var errors = 0
        for app in apps {
            do { try await one(app, platform, context) } catch {
                // What is wrong with one app is no reason to leave the next as it is.
                context.output.warning("\(app.name):")
                _ = ErrorPrinter(output: context.output).print(error)
                errors += 1
            }
        }
        guard errors == 0 else {
            context.output.warning("\(errors) of \(apps.count) apps could not be reconciled")
            throw ExitStatus(1)
        }
    }

    private func one(_ app: App, _ platform: Platform, _ context: CommandContext) async throws {
        if plan {
            let plan = try await platform.plan(app)
            context.output.headline("\(app.name): \(plan.isEmpty ? "nothing to do" : plan.size)")
            for step in plan.steps { context.output.line("       \(step.description.visible)") }
        } else {
            context.output.step("Reconciling \(app.name)")
            let done = try await platform.reconcile(app, reporter: context.reporter)
            if done.isEmpty { context.output.detail("Nothing to do") }
        }
    }
}
