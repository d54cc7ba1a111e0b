import CairnCore
import CairnDeploy
import CairnStore
import DockerEngine
import Logging
import ServiceLifecycle

/// Follows what the engine tells of the containers of this installation, and takes copies out of service and puts them back
/// at once. Whenever it begins to follow, at the start as after a gap, every app is reconciled.
struct EventFollower: ServiceLifecycle.Service, CustomStringConvertible {
    let platform: Platform
    let pokes: Pokes
    let logger: Logger
    var firstLook = FirstLook()

    private static let actions = ["start", "die", "oom", "pause", "unpause", "kill", "health_status"]

    /// Longer than processes are usually given to stop.
    private static let drainingLimit = Duration.seconds(60)

    /// For the log of the services' beginnings and ends.
    var description: String { "EventFollower" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await reconcileHost()
            var backoff = Backoff()
            while !Task.isCancelled {
                do {
                    try await follow { backoff.reset() }
                    logger.warning("The engine has ended its stream of events")
                } catch {
                    if Task.isCancelled { return }
                    logger.warning("The engine's events cannot be followed", metadata: ["error": "\(error)"])
                }
                firstLook.done(.apps)
                try? await ContinuousClock().sleep(for: backoff.pause())
            }
        }
    }

    /// Follows until the stream ends; `connected` is called when the engine sends.
    func follow(_ connected: () -> Void) async throws {
        let label = "cairn.root=\(try platform.store.installationID())"
        let events = try await platform.engine.events(
            filters: ["type": ["container"], "event": Self.actions, "label": [label, "cairn.kind=instance"]])
        connected()
        try await withThrowingDiscardingTaskGroup { group in
            // What happens meanwhile waits in the stream; what happened before is found by looking.
            group.addTask {
                let recovered = await lookAtAll()
                firstLook.done(.apps)
                await reconcileAll()
                logger.info("Every app has been reconciled; the engine's events are followed")
                pokes.poke()
                await withDiscardingTaskGroup { group in
                    for copy in recovered { group.addTask { await started(copy.id, copy.containerID) } }
                }
                pokes.poke()
            }
            for try await event in events {
                guard let change = InstanceEvent(event) else { continue }
                logger.debug(
                    "Engine event", metadata: ["action": "\(event.action)", "instance": "\(change.instanceID)"])
                switch change.kind {
                case .ended(let reason): await ended(change, reason)
                case .signalled:
                    await ended(change, "is being stopped")
                    group.addTask {
                        // A process that has survived its signal is not being stopped.
                        try await ContinuousClock().sleep(for: Self.drainingLimit)
                        await started(change.instanceID, change.containerID)
                    }
                // Takes as long as the process takes to listen, so the events behind it are not kept waiting.
                case .started: group.addTask { await started(change.instanceID, change.containerID) }
                }
                pokes.poke()
            }
            group.cancelAll()
        }
    }

    private func ended(_ change: InstanceEvent, _ reason: String) async {
        do {
            let found = try await platform.instanceEnded(
                change.instanceID, containerID: change.containerID, reason: reason)
            if let found { logger.notice("\(found.app): \(found.instance) \(reason)") }
        } catch {
            logger.error(
                "Instance \(change.instanceID) could not be taken out of service", metadata: ["error": "\(error)"])
        }
    }

    private func started(_ id: Int64, _ containerID: String) async {
        do {
            let found = try await platform.instanceStarted(id, containerID: containerID)
            if let found { logger.notice("\(found.app): \(found.instance) serves") }
            // It was waited for, so the poke that came with the event is long over.
            pokes.poke()
        } catch {
            if Task.isCancelled { return }
            logger.warning("Instance \(id) was not put into service", metadata: ["error": "\(error)"])
        }
    }

    // MARK: After a gap

    private func reconcileHost() async {
        do { try await platform.reconcileHost(reporter: LogReporter(logger: logger)) } catch {
            logger.error("The host could not be reconciled", metadata: ["error": "\(error)"])
        }
    }

    /// Engines start containers one after the other anyway; this keeps one busy.
    private static let width = 4

    /// Takes copies out of service at once that have ended meanwhile; bringing them back takes longer.
    ///
    /// - Returns: Those that run although the catalog says they do not.
    private func lookAtAll() async -> [(id: Int64, containerID: String)] {
        var recovered: [(id: Int64, containerID: String)] = []
        let apps: [App]
        do { apps = try platform.store.apps() } catch {
            logger.error("The apps cannot be read", metadata: ["error": "\(error)"])
            return []
        }
        for app in apps {
            // An app that cannot be looked at keeps none of the others from it.
            do { recovered += try await platform.lookAtInstances(of: app) } catch {
                if Task.isCancelled { return recovered }
                logger.error("The copies of \(app.name) cannot be looked at", metadata: ["error": "\(error)"])
            }
        }
        return recovered
    }

    private func reconcileAll() async {
        let apps: [App]
        do { apps = try platform.store.apps() } catch {
            return logger.error("The apps cannot be read", metadata: ["error": "\(error)"])
        }
        await platform.announceRestore(reporter: LogReporter(logger: logger))
        await withDiscardingTaskGroup { group in
            for lane in 0..<Self.width {
                group.addTask {
                    for index in stride(from: lane, to: apps.count, by: Self.width) where !Task.isCancelled {
                        await reconcile(apps[index])
                    }
                }
            }
        }
    }

    /// An app that cannot be reconciled keeps none of the others from it.
    private func reconcile(_ app: App) async {
        do {
            let plan = try await platform.reconcile(app, reporter: LogReporter(logger: logger))
            if !plan.isEmpty { logger.notice("\(app.name): reconciled in \(plan.size)") }
        } catch let error as CairnError where error.code == .deployLocked {
            logger.info("\(app.name): left alone: \(error.message)")
        } catch {
            if Task.isCancelled { return }
            logger.error("\(app.name) could not be reconciled", metadata: ["error": "\(error)"])
        }
    }
}

/// What an event of the engine means for a copy of a process.
struct InstanceEvent: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Completes "web.1 …".
        case ended(String)
        case started
        /// It has been told to stop, so it gets no more requests.
        case signalled
    }

    let instanceID: Int64
    let containerID: String
    let kind: Kind

    /// Nil for events that change nothing. `oom` is told to the log by the end that follows it: the kernel may also have
    /// killed a child of a process that goes on.
    init?(_ event: EngineEvent) {
        guard let id = event.attributes["cairn.instance"].flatMap(Int64.init),
            event.attributes["cairn.kind"] == "instance"
        else { return nil }
        instanceID = id
        containerID = event.actorID
        switch event.actionName {
        case "die": kind = .ended("ended with status \(event.attributes["exitCode"] ?? "unknown")")
        case "pause": kind = .ended("is paused")
        case "start", "unpause": kind = .started
        case "health_status":
            switch event.action.split(separator: ":").last.map({ $0.drop { $0 == " " } }) {
            case "healthy": kind = .started
            case "unhealthy": kind = .ended("is unhealthy, says the image's own check")
            default: return nil
            }
        // SIGTERM and SIGKILL; other signals are messages to the program.
        case "kill" where ["15", "9", "SIGTERM", "SIGKILL"].contains(event.attributes["signal"] ?? ""):
            kind = .signalled
        default: return nil
        }
    }
}

/// What work reports, in the daemon's log.
struct LogReporter: ProgressReporter {
    let logger: Logger
    func step(_ text: String) { logger.info("\(text.visible)") }
    func headline(_ text: String) { logger.info("\(text.visible)") }
    func detail(_ text: String) { logger.info("\(text.visible)") }
    func warning(_ text: String) { logger.warning("\(text.visible)") }
}
