import CairnCatalog
import CairnCore
import CairnDeploy
import CairnDiscovery
import CairnStore
import DockerEngine
import Foundation
import Logging
import ServiceLifecycle

/// Registers the containers that are not Cairn's: follows the engine's events, and looks at everything whenever it begins
/// to follow and once a minute, so that nothing dangles and nothing is missed.
///
/// It also knows which addresses belong to containers of apps, by which the DNS server knows who asks.
struct RegistratorService: ServiceLifecycle.Service, CustomStringConvertible {
    let platform: Platform
    let keeper: CatalogKeeper
    let pokes: Pokes
    let logger: Logger
    let firstLook: FirstLook

    /// Between looks at the list of containers.
    private static let sweep = Duration.seconds(60)

    /// For the log of the services' beginnings and ends.
    var description: String { "RegistratorService" }

    private enum Input: Sendable {
        case event(EngineEvent)
        /// Settings or apps may have changed.
        case poke
        case sweep
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var backoff = Backoff()
            while !Task.isCancelled {
                do {
                    try await follow { backoff.reset() }
                    logger.warning("The engine has ended its stream of events")
                } catch {
                    if Task.isCancelled { return }
                    logger.warning("Containers cannot be followed", metadata: ["error": "\(error)"])
                }
                firstLook.done(.containers)
                try? await ContinuousClock().sleep(for: backoff.pause())
            }
        }
    }

    /// Follows until the stream ends; `connected` is called when everything has been looked at.
    private func follow(_ connected: () -> Void) async throws {
        // What happens during the first look waits in the stream.
        let events = try await platform.engine.events(filters: ContainerLifecycle.eventFilters)
        let (inputs, source) = AsyncStream<Input>.makeStream()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                defer { source.finish() }
                for try await event in events { source.yield(.event(event)) }
            }
            group.addTask {
                for await _ in pokes.subscribe().stream { source.yield(.poke) }
            }
            group.addTask {
                while true {
                    try await ContinuousClock().sleep(for: Self.sweep)
                    source.yield(.sweep)
                }
            }
            var work = try RegistratorWork(platform: platform, keeper: keeper, logger: logger)
            try await work.lookAtAll()
            connected()
            firstLook.done(.containers)
            logger.info("Every container has been looked at; the engine's events are followed")
            for await input in inputs {
                switch input {
                case .event(let event): try await work.take(event)
                case .poke: try await work.takeSettings()
                case .sweep: try await work.lookAtChanged()
                }
            }
            group.cancelAll()
        }
    }
}
