public import CairnCatalog
import Foundation
public import Logging
public import ServiceLifecycle

/// Makes the health checks of this host's node for as long as the daemon runs, and has written what they find.
///
/// What the catalog says of a check is where it starts from, so that a restart of the daemon changes nothing. Checks that
/// others tell the status of are not tried; but TTL checks expire, and services that stay critical are removed.
public struct CheckRunner<C: Clock>: ServiceLifecycle.Service, CustomStringConvertible where C.Duration == Duration {
    let feed: CatalogFeed
    let prober: any Probing
    let actions: CheckActions
    let clock: C
    let settings: CheckSchedule<C.Instant>.Settings
    let logger: Logger
    /// The time of day.
    let date: @Sendable () -> Date

    /// - Parameters:
    ///   - feed: Where checks come from.
    ///   - prober: Is closed when the runner ends.
    ///   - removalFloor: A service that asks to be removed sooner after it has turned critical is removed then.
    ///   - clock: What intervals are measured by.
    public init(
        feed: CatalogFeed, prober: any Probing, actions: CheckActions, logger: Logger,
        removalFloor: Duration = .seconds(60), clock: C = ContinuousClock()
    ) {
        var settings = CheckSchedule<C.Instant>.Settings()
        settings.removalFloor = removalFloor
        self.init(
            feed: feed, prober: prober, actions: actions, logger: logger, settings: settings, clock: clock,
            date: { Date() })
    }

    init(
        feed: CatalogFeed, prober: any Probing, actions: CheckActions, logger: Logger,
        settings: CheckSchedule<C.Instant>.Settings, clock: C, date: @escaping @Sendable () -> Date
    ) {
        self.feed = feed
        self.prober = prober
        self.actions = actions
        self.logger = logger
        self.settings = settings
        self.clock = clock
        self.date = date
    }

    /// For the log of the services' beginnings and ends.
    public var description: String { "CheckRunner" }

    /// Returns when the daemon shuts down or the task is cancelled.
    public func run() async {
        await cancelWhenGracefulShutdown { await work() }
        await prober.close()
    }

    // MARK: What happens

    private typealias Schedule = CheckSchedule<C.Instant>

    private enum Event: Sendable {
        case catalogChanged
        case alarm(C.Instant)
        case tried(Schedule.Attempt, ProbeOutcome)
        case restarted(CairnCatalog.Service.Key)
    }

    private var now: Schedule.Now { Schedule.Now(moment: clock.now, date: date()) }

    /// Everything that happens comes through one stream, and so one after the other.
    private func work() async {
        let (events, source) = AsyncStream<Event>.makeStream()
        await withDiscardingTaskGroup { group in
            group.addTask { await follow(source) }
            var schedule = Schedule(settings: settings, begin: date())
            var alarms: [C.Instant] = []
            for await event in events {
                for action in take(event, &schedule, &alarms) {
                    await perform(action, &schedule, &group, source)
                }
                for action in schedule.due(now) { await perform(action, &schedule, &group, source) }
                // An alarm that has been set rings; only an earlier one needs another.
                if let wakeUp = schedule.wakeUp, alarms.allSatisfy({ wakeUp < $0 }) {
                    alarms.append(wakeUp)
                    group.addTask { await ring(at: wakeUp, source) }
                }
            }
            group.cancelAll()
        }
    }

    private func follow(_ source: AsyncStream<Event>.Continuation) async {
        var index: UInt64 = 0
        while !Task.isCancelled {
            await feed.wait(for: .catalog, beyond: index, atMost: .seconds(3600))
            let newest = feed.snapshot.index
            if newest > index { source.yield(.catalogChanged) }
            index = newest
        }
    }

    private func ring(at moment: C.Instant, _ source: AsyncStream<Event>.Continuation) async {
        do {
            try await clock.sleep(until: moment, tolerance: nil)
            source.yield(.alarm(moment))
        } catch {
            // Cancelled with everything else.
        }
    }

    private func take(
        _ event: Event, _ schedule: inout Schedule, _ alarms: inout [C.Instant]
    ) -> [Schedule.Action] {
        switch event {
        case .catalogChanged: schedule.update(feed.snapshot, now)
        case .alarm(let moment): alarms.removeAll { $0 == moment }
        case .tried(let attempt, let outcome): return schedule.finish(attempt, outcome, now)
        case .restarted(let group): schedule.restarted(group, now)
        }
        return []
    }

    // MARK: What is done

    private func perform(
        _ action: Schedule.Action, _ schedule: inout Schedule, _ group: inout DiscardingTaskGroup,
        _ source: AsyncStream<Event>.Continuation
    ) async {
        switch action {
        case .attempt(let attempt):
            group.addTask { source.yield(.tried(attempt, await prober.run(attempt.definition))) }
        case .record(let key, let status, let output):
            if await !succeeds("record \(key.id)", { try await actions.record(key, status, output) }) {
                schedule.notRecorded(key)
            }
        case .expire(let key):
            if await succeeds("expire \(key.id)", { try await actions.expire(key, Schedule.expired) }) {
                // Somebody may have spoken up, which is no change of the catalog: its next deadline is in the rows.
                schedule.update(feed.snapshot, now)
            } else {
                schedule.notExpired(key, now)
            }
        case .deregister(let key):
            _ = await succeeds("deregister \(key.id)") { try await actions.deregister(key) }
        case .restart(let check, let output, let restarted):
            group.addTask {
                await actions.failedForGood(check, output)
                source.yield(.restarted(restarted))
            }
        }
    }

    private func succeeds(_ what: String, _ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch {
            // What is cut short by the end of the daemon is done after its next start.
            if !Task.isCancelled {
                logger.error(
                    "Checks: what was found could not be written", metadata: ["what": "\(what)", "error": "\(error)"])
            }
            return false
        }
    }
}
