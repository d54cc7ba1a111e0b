import CairnCatalog
import Foundation

/// Decides which checks are tried when and what follows from what they find. It does nothing itself: it is told what
/// happened and what time it is, and returns what is to be done.
struct CheckSchedule<Moment: InstantProtocol & Sendable>: Sendable where Moment.Duration == Duration {
    struct Settings: Sendable {
        /// A service is not removed before it has been critical for so long, as with Consul
        /// (https://developer.hashicorp.com/consul/api-docs/agent/check, DeregisterCriticalServiceAfter).
        var removalFloor = Duration.seconds(60)
        /// The pause between two tellings of nothing but another output.
        var outputPause = Duration.seconds(300)
        /// How many tries are under way at most.
        var concurrentTries = 64
        /// A moment from zero up to the given length.
        var spread: @Sendable (Duration) -> Duration = { $0 * Double.random(in: 0..<1) }
    }

    /// A try to be made.
    struct Attempt: Sendable {
        let key: Service.Key
        let generation: UInt64
        let definition: Check.Definition
    }

    enum Action: Sendable {
        case attempt(Attempt)
        case record(Service.Key, HealthStatus, String)
        case expire(Service.Key)
        case deregister(Service.Key)
        /// The group is that of ``ScheduledCheck/group``.
        case restart(Check, String, group: Service.Key)
    }

    /// The time by the clock that tries go by, and the time of day that rows go by.
    struct Now: Sendable {
        let moment: Moment
        let date: Date

        /// When it will be that time of day; now if that is over.
        func moment(of other: Date) -> Moment {
            moment.advanced(by: .seconds(max(other.timeIntervalSince(date), 0)))
        }
    }

    /// What is remembered of a container that was restarted.
    struct Restarts: Sendable {
        var count = 0
        var isUnderWay = true
        /// It is not restarted again before.
        var notBefore: Moment?
    }

    static var shortestInterval: Duration { .seconds(1) }
    static var longestFirstPause: Duration { .seconds(1) }
    static var longestRestartPause: Duration { .seconds(300) }
    /// What could not be written is tried again after it.
    static var retryPause: Duration { .seconds(10) }

    let settings: Settings
    /// When the work began. A daemon that was not there could not be spoken to: deadlines and times spent critical count from
    /// here at the earliest.
    let begin: Date
    var checks: [Service.Key: ScheduledCheck<Moment>] = [:]
    var restarts: [Service.Key: Restarts] = [:]
    private var queue = DueQueue<Moment, Service.Key>()
    private var waiting: ArraySlice<Service.Key> = []
    private var underWay = 0
    private var lastGeneration: UInt64 = 0

    init(settings: Settings, begin: Date) {
        self.settings = settings
        self.begin = begin
    }

    /// When `due` has to be asked again at the latest, if nothing happens until then.
    var wakeUp: Moment? { queue.next }

    /// What is to be done by now.
    mutating func due(_ now: Now) -> [Action] {
        var actions: [Action] = []
        while let (moment, key) = queue.popFirst(by: now.moment) {
            guard var check = checks[key], check.queuedAt == moment else { continue }
            check.queuedAt = nil
            if let removeAt = check.removeAt, removeAt <= now.moment {
                check.removeAt = now.moment.advanced(by: Self.retryPause)
                actions.append(.deregister(check.group))
            }
            if let dueAt = check.dueAt, dueAt <= now.moment {
                check.dueAt = nil
                if check.check.definition.probe.isMade {
                    check.isWaiting = true
                    waiting.append(key)
                } else if let deadline = check.check.deadline, deadline > now.date {
                    // The time of day was set back.
                    check.dueAt = now.moment(of: deadline)
                } else {
                    actions.append(.expire(key))
                }
            }
            store(check)
        }
        while underWay < settings.concurrentTries, let key = waiting.popFirst() {
            // Those that are gone, or rest, have left their place behind.
            guard let check = checks[key], check.isWaiting else { continue }
            checks[key]?.isWaiting = false
            underWay += 1
            actions.append(
                .attempt(Attempt(key: key, generation: check.generation, definition: check.check.definition)))
        }
        return actions
    }

    /// Takes note that a try has ended. Returns whether its result still has a meaning.
    mutating func end(_ attempt: Attempt) -> Bool {
        underWay -= 1
        return checks[attempt.key]?.generation == attempt.generation
    }

    /// Keeps a check and sees to it that it is looked at in time.
    mutating func store(_ check: ScheduledCheck<Moment>) {
        var check = check
        if let wakeUp = check.wakeUp, check.queuedAt.map({ wakeUp < $0 }) ?? true {
            check.queuedAt = wakeUp
            queue.insert(check.key, at: wakeUp)
        }
        checks[check.key] = check
    }

    mutating func nextGeneration() -> UInt64 {
        lastGeneration += 1
        return lastGeneration
    }
}
