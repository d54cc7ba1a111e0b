import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore
import Glibc

struct BuildsCancel: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "builds:cancel", "End the deploy of an app that is under way.",
        discussion: "What serves goes on serving. A deploy that has switched the traffic already is finished instead.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let lock = try context.platform().deployLock(of: app)
        guard let holder = lock.holder else {
            try clearAbandoned(of: app, context)
            return context.output.warning("App not currently deploying")
        }
        guard !holder.buildID.isEmpty else {
            return context.output.warning(
                "No matching app deploy found: \(holder.operation) by \(holder.actor) is under way, which is no deploy")
        }
        context.output.step("Killing app deploy")
        // Asked again right before: the lock is the proof that the number still means that process.
        guard lock.holder == holder else { return context.output.warning("App not currently deploying") }
        guard kill(holder.pid, SIGTERM) == 0 || errno == ESRCH else {
            throw CairnError(
                .notAllowed, "The deploy's process \(holder.pid) cannot be ended: \(String(cString: strerror(errno)))",
                hint: "It runs as another user; call this as root.")
        }
        try context.store().addEvent("deploy-cancelled", app: app.name, actor: context.actor, holder.buildID)
    }

    /// Records that say they run although nobody holds the lock: their process has died.
    private func clearAbandoned(of app: App, _ context: CommandContext) throws {
        for view in try context.builds(of: app) where view.isAbandoned {
            context.output.detail("Build \(view.build.id) was already terminated, marking failed")
            try context.store().finishBuild(
                id: view.build.id, status: .failed, exitCode: -1, releaseVersion: nil, timings: view.build.timings)
        }
    }
}
