import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore

/// What follows when config variables have been changed: the timeline, the plugins, and new containers for the app.
/// Only names are told to any of them, never values.
struct ConfigChange {
    /// `set`, `unset` or `clear`.
    let verb: String
    let keys: [ConfigKey]
    let target: ScopedWords.Target
    let restarts: Bool

    /// - Throws: what made the redeploy fail; the variables stay changed, and the hint says so.
    func takeEffect(_ context: CommandContext) async throws {
        let names = keys.sorted().map(\.rawValue)
        try context.store().addEvent(
            "config-changed", app: target.app?.name, actor: context.actor, "\(verb) \(names.joined(separator: " "))")
        let platform = try context.platform()
        if let app = target.app {
            try await platform.triggers.fire(
                .postConfigUpdate, arguments: [app.name.rawValue, verb] + names, environment: [:],
                reporter: context.reporter)
        }
        guard let app = target.app, app.isDeployed else { return }
        guard restarts else {
            return context.output.detail("Not restarted: the processes get this at the next deploy.")
        }
        guard app.desiredState == .running else {
            return context.output.detail("\(app.name) is stopped and stays so; this is in effect when it starts.")
        }
        context.output.step("Restarting app \(app.name)")
        do {
            _ = try await platform.redeploy(
                app, description: "Config: \(verb) \(names.joined(separator: ", "))", reporter: context.reporter)
        } catch let error as CairnError {
            throw explained(error, app: app.name)
        }
    }

    private func explained(_ error: CairnError, app: AppName) -> CairnError {
        let state = """
            The variables of \(app) are changed, but the processes that run still have the old ones. \
            Correct them with config:set, or deploy again: cairn ps:rebuild \(app)
            """
        return error.adding(state)
    }
}
