import CairnCatalog
import Foundation

@testable import CairnChecks

/// Rows of a small catalog.
enum Rows {
    static let node = "here"
    static let begin = Date(timeIntervalSince1970: 1_800_000_000)
    static let tcp = Check.Probe.tcp(host: "127.0.0.1", port: 80)

    static func check(
        _ id: String, _ probe: Check.Probe = tcp, service: String? = "web", node: String = node,
        status: HealthStatus = .critical, output: String = "", interval: Duration = .seconds(10),
        initialDelay: Duration? = nil, failures: Int = 1, removedAfter: Duration? = nil,
        purpose: Check.Purpose = .health, since: Date = begin, deadline: Date? = nil
    ) -> Check {
        Check(
            node: node, id: id, serviceID: service, name: id, status: status, output: output,
            definition: Check.Definition(
                probe: probe, interval: interval, initialDelay: initialDelay, failuresBeforeCritical: failures,
                deregisterAfter: removedAfter),
            purpose: purpose, since: since, deadline: deadline)
    }

    static func snapshot(_ checks: [Check], index: UInt64 = 1) -> CatalogSnapshot {
        let places = Set(checks.map(\.node) + [node])
        let keys = Set(checks.compactMap { check in check.serviceID.map { Service.Key(node: check.node, id: $0) } })
        return CatalogSnapshot(
            ownNode: node, nodes: places.map { Node(name: $0, id: $0, address: "127.0.0.1") },
            services: keys.map {
                Service(node: $0.node, id: $0.id, name: $0.id, address: "127.0.0.1", port: 80, origin: .agent)
            },
            checks: checks, index: index)
    }
}

/// What a schedule wants done, in a form that can be compared.
enum Wish: Equatable {
    case attempt(String)
    case record(String, HealthStatus, String)
    case expire(String)
    case deregister(String)
    case restart(String, String)
}

/// A schedule and the time, without a spread of first tries.
struct Bench {
    typealias Schedule = CheckSchedule<ManualClock.Instant>

    var schedule: Schedule
    private(set) var offset = Duration.zero
    private var attempts: [String: [Schedule.Attempt]] = [:]

    init(tries: Int = 64, removalFloor: Duration = .seconds(60)) {
        var settings = Schedule.Settings()
        settings.spread = { _ in .zero }
        settings.concurrentTries = tries
        settings.removalFloor = removalFloor
        schedule = Schedule(settings: settings, begin: Rows.begin)
    }

    var now: Schedule.Now {
        Schedule.Now(moment: ManualClock.Instant(offset: offset), date: date(after: offset))
    }

    func date(after offset: Duration) -> Date { Rows.begin + offset / .seconds(1) }

    mutating func update(_ checks: Check...) { schedule.update(Rows.snapshot(checks), now) }

    /// Goes on to that time and returns what is to be done then.
    mutating func due(at seconds: Double) -> [Wish] {
        offset = .seconds(seconds)
        return wishes(schedule.due(now))
    }

    /// Ends the oldest try of the check that is under way.
    mutating func finish(_ id: String, _ status: HealthStatus, _ output: String = "") -> [Wish] {
        guard let attempt = attempts[id]?.first else { return [] }
        attempts[id]?.removeFirst()
        return wishes(schedule.finish(attempt, ProbeOutcome(status, output), now))
    }

    private mutating func wishes(_ actions: [Schedule.Action]) -> [Wish] {
        actions.map { action in
            switch action {
            case .attempt(let attempt):
                attempts[attempt.key.id, default: []].append(attempt)
                return .attempt(attempt.key.id)
            case .record(let key, let status, let output): return .record(key.id, status, output)
            case .expire(let key): return .expire(key.id)
            case .deregister(let key): return .deregister(key.id)
            case .restart(let check, let output, _): return .restart(check.id, output)
            }
        }
    }
}
