import CairnCatalog
import CairnChecks
import CairnCore
import CairnDeploy
import CairnStore
import Logging

/// What becomes of the results of health checks: rows, nginx's endpoints, restarts.
struct CheckResults: Sendable {
    let platform: Platform
    let keeper: CatalogKeeper
    let logger: Logger

    /// A runner of the catalog's checks that does so.
    func runner() -> CheckRunner<ContinuousClock> {
        CheckRunner(
            feed: keeper.feed, prober: Prober(engine: platform.engine), actions: actions, logger: logger)
    }

    private var actions: CheckActions {
        CheckActions(
            record: { key, status, output in
                try await platform.note(CheckFinding(status, output), of: key)
                try keeper.refresh()
            },
            expire: { key, output in
                try platform.store.expireCheck(key, output: output)
                // Also when somebody spoke up: the runner reads the new deadline from the catalog.
                try keeper.refresh()
            },
            deregister: { key in try deregister(key) },
            failedForGood: { check, output in await restart(check, output) })
    }

    /// Copies of apps and containers are registered for as long as they are there, whatever their checks say.
    private func deregister(_ key: Service.Key) throws {
        guard let service = try platform.store.service(key) else { return }
        switch service.origin {
        case .app, .container: return
        case .agent, .catalog, .process: break
        }
        try platform.store.deregister([key])
        try platform.store.addEvent(
            "deregistered", actor: platform.actor, "\(service.id.excerpt(80)) had been critical for too long")
        logger.notice("A service that was critical for too long has been removed", metadata: ["id": "\(service.id)"])
        try keeper.refresh()
    }

    private func restart(_ check: Check, _ output: String) async {
        do {
            guard let id = check.serviceID,
                let copy = try platform.store.service(Service.Key(node: check.node, id: id))?.appInstance
            else { return }
            let reason = "check '\(check.name)' failed: \(output)"
            logger.warning("\(copy.app): \(copy.name) is restarted: \(reason.visible)")
            try await platform.restart(copy, because: reason)
            try keeper.refresh()
        } catch {
            logger.error("A copy could not be restarted", metadata: ["check": "\(check.id)", "error": "\(error)"])
        }
    }
}
