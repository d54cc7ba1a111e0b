import CairnCatalog
import Foundation
import Logging
import Synchronization
import Testing

@testable import CairnChecks

/// A runner between a catalog, probes that answer as told, and a list of what it does.
final class RunnerWorld: Sendable {
    enum Happening: Equatable, Sendable {
        case tried(port: Int)
        case recorded(String, HealthStatus, String)
        case expired(String)
        case deregistered(String)
        case restarts(String)
        case closed
    }

    struct RefusedByStore: Error {}

    let clock = ManualClock()
    let feed: CatalogFeed
    private let happenings: AsyncStream<Happening>
    private let source: AsyncStream<Happening>.Continuation
    private let answers: Mutex<[Int: ProbeOutcome]>
    private let refusals: Mutex<Int>
    /// What a restart waits for.
    private let restartGate: AsyncStream<Void>
    let gateSource: AsyncStream<Void>.Continuation

    init(_ checks: [Check], answers: [Int: ProbeOutcome] = [:], refusals: Int = 0) {
        feed = CatalogFeed(Rows.snapshot(checks))
        self.answers = Mutex(answers)
        self.refusals = Mutex(refusals)
        (happenings, source) = AsyncStream.makeStream()
        (restartGate, gateSource) = AsyncStream.makeStream()
    }

    func publish(_ checks: [Check], index: UInt64) { feed.publish(Rows.snapshot(checks, index: index)) }

    func answer(_ port: Int, _ outcome: ProbeOutcome) { answers.withLock { $0[port] = outcome } }

    func note(_ happening: Happening) { source.yield(happening) }

    var runner: CheckRunner<ManualClock> {
        var settings = CheckSchedule<ManualClock.Instant>.Settings()
        settings.spread = { _ in .zero }
        let clock = clock
        return CheckRunner(
            feed: feed, prober: StandIn(world: self), actions: actions,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            settings: settings, clock: clock,
            date: { Rows.begin + clock.now.offset / .seconds(1) })
    }

    private var actions: CheckActions {
        CheckActions(
            record: { [self] key, status, output in
                let isRefused = refusals.withLock { refusals in
                    refusals -= 1
                    return refusals >= 0
                }
                if isRefused { throw RefusedByStore() }
                note(.recorded(key.id, status, output))
            },
            expire: { [self] key, _ in note(.expired(key.id)) },
            deregister: { [self] key in note(.deregistered(key.id)) },
            failedForGood: { [self] check, _ in
                note(.restarts(check.id))
                for await _ in restartGate { return }
            })
    }

    /// What happens next.
    func next() async -> Happening? {
        for await happening in happenings { return happening }
        return nil
    }

    /// Lets the runner run while the body looks at what it does.
    func run(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.runner.run() }
            try await body()
            group.cancelAll()
        }
    }

    private struct StandIn: Probing {
        let world: RunnerWorld

        func run(_ definition: Check.Definition) async -> ProbeOutcome {
            guard case .tcp(_, let port) = definition.probe else { return ProbeOutcome(.critical, "not expected") }
            world.note(.tried(port: port))
            return world.answers.withLock { $0[port] } ?? ProbeOutcome(.passing, "ok")
        }

        func close() async { world.note(.closed) }
    }
}
