public import CairnCatalog
import CairnCore
public import CairnStore
import Foundation
public import Logging
public import ServiceLifecycle

/// Ends sessions in time: those that nobody has renewed, and those whose node or checks have failed.
///
/// It sleeps until the next session's time is over, or until something changes that a session may depend on.
public struct SessionService: ServiceLifecycle.Service {
    private let store: Store
    private let feed: CatalogFeed
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let onRound: @Sendable () -> Void

    /// The pause after the store has failed.
    private static let pause = Duration.seconds(10)

    public init(store: Store, feed: CatalogFeed, logger: Logger) {
        self.init(store: store, feed: feed, logger: logger, now: { Date() })
    }

    /// - Parameters:
    ///   - now: The time, for tests.
    ///   - onRound: Is called after each look at the sessions.
    init(
        store: Store, feed: CatalogFeed, logger: Logger, now: @escaping @Sendable () -> Date,
        onRound: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.feed = feed
        self.logger = logger
        self.now = now
        self.onRound = onRound
    }

    /// Works until it is cancelled or the program ends gracefully. A store that fails is tried again.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await work() }
    }

    private func work() async {
        var hasBegun = false
        while !Task.isCancelled {
            // Taken first: what changes while the sessions are looked at is looked at again.
            let (catalog, sessions) = (feed.snapshot.index, feed.index(of: .sessions))
            var pause: Duration
            do {
                // Nobody could renew a session while nothing listened.
                if !hasBegun { try store.renewSessions(at: now()) }
                hasBegun = true
                pause = try endSessions()
            } catch {
                logger.error("sessions cannot be looked at", metadata: ["error": "\(error)"])
                pause = Self.pause
            }
            onRound()
            await wait(catalog: catalog, sessions: sessions, pause)
        }
    }

    /// Returns how long until the next session ends by itself.
    private func endSessions() throws -> Duration {
        let (ended, next) = try store.endSessions(at: now())
        for session in ended {
            logger.info("session has ended", metadata: ["session": "\(session.id)", "name": "\(session.name.visible)"])
        }
        if !ended.isEmpty { try store.publishPairs(to: feed) }
        guard let next else { return .seconds(24 * 3600) }
        return .seconds(max(next.timeIntervalSince(now()), 0.001))
    }

    private func wait(catalog: UInt64, sessions: UInt64, _ pause: Duration) async {
        await withTaskGroup { group in
            group.addTask { await feed.wait(for: .catalog, beyond: catalog, atMost: pause) }
            group.addTask { await feed.wait(for: .sessions, beyond: sessions, atMost: pause) }
            await group.next()
            group.cancelAll()
        }
    }
}
