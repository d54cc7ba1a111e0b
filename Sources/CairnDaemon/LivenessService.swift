import CairnCore
import CairnDeploy
import CairnStore
import Logging
import ServiceLifecycle

/// What liveness checks are made of; the platform, or a small one in tests.
protocol LivenessWatched: Sendable {
    func targets() throws -> [LivenessTarget]
    /// Why the check failed; nil when it passed.
    func failure(of check: HealthCheck, on target: LivenessTarget) async throws -> String?
    /// Returns whether there still was something to restart.
    func restart(_ target: LivenessTarget, because reason: String) async throws -> Bool
    func sleep(for duration: Duration) async throws
}

struct PlatformLiveness: LivenessWatched {
    let platform: Platform

    func targets() throws -> [LivenessTarget] { try platform.livenessTargets() }
    func failure(of check: HealthCheck, on target: LivenessTarget) async throws -> String? {
        try await platform.failure(of: check, on: target)
    }
    func restart(_ target: LivenessTarget, because reason: String) async throws -> Bool {
        try await platform.restart(target, because: reason)
    }
    func sleep(for duration: Duration) async throws { try await ContinuousClock().sleep(for: duration) }
}

/// Makes the liveness checks of app.json on every live copy, and restarts the containers of those that fail them.
struct LivenessService: ServiceLifecycle.Service, CustomStringConvertible {
    let watched: any LivenessWatched
    let pokes: Pokes
    let logger: Logger

    /// Rows can change without a poke, by a command that does not find the daemon's socket.
    private static let longestPause = Duration.seconds(60)

    /// For the log of the services' beginnings and ends.
    var description: String { "LivenessService" }

    func run() async throws {
        let subscription = pokes.subscribe()
        let alarm = Alarm(subscription)
        subscription.poke()
        await cancelWhenGracefulShutdown {
            var watches: [Watch] = []
            for await _ in subscription.stream {
                update(&watches)
                alarm.set(after: Self.longestPause)
            }
            for watch in watches { watch.task.cancel() }
        }
    }

    /// A copy under watch.
    struct Watch {
        let target: LivenessTarget
        let task: Task<Void, Never>
    }

    /// Begins with copies that are new and ends with those that are gone.
    private func update(_ watches: inout [Watch]) {
        let targets: [LivenessTarget]
        do { targets = try watched.targets() } catch {
            return logger.error("The liveness checks cannot be read", metadata: ["error": "\(error)"])
        }
        for watch in watches where !targets.contains(watch.target) { watch.task.cancel() }
        watches.removeAll { !targets.contains($0.target) }
        for target in targets where !watches.contains(where: { $0.target == target }) {
            let task = Task { await LivenessWatch(target: target, watched: watched, logger: logger).run() }
            watches.append(Watch(target: target, task: task))
        }
    }
}

/// The checks of one copy, until its task is cancelled.
struct LivenessWatch: Sendable {
    let target: LivenessTarget
    let watched: any LivenessWatched
    let logger: Logger

    /// A container that restarting does not help is restarted ever more seldom.
    static let longestPause = Duration.seconds(300)

    func run() async {
        var restarts = 0
        do {
            while true {
                let reason = try await firstFailure { restarts = 0 }
                logger.warning("\(target.app): \(target.instance.name) is restarted: \(reason)")
                guard try await watched.restart(target, because: reason) else { return }
                restarts += 1
                try await watched.sleep(for: min(.seconds(1 << min(restarts, 9)), Self.longestPause))
            }
        } catch {
            if Task.isCancelled { return }
            logger.error(
                "\(target.app): the liveness checks of \(target.instance.name) have ended",
                metadata: ["error": "\(error)"])
        }
    }

    /// Makes all checks side by side until one has failed for good, and tells why. `passed` is called when all have passed
    /// once.
    private func firstFailure(_ passed: () -> Void) async throws -> String {
        try await withThrowingTaskGroup(of: String?.self) { group in
            for check in target.checks {
                group.addTask { try await settled(check) ? nil : try await failure(of: check) }
            }
            defer { group.cancelAll() }
            var open = target.checks.count
            while let reason = try await group.next() {
                if let reason { return reason }
                open -= 1
                if open == 0 {
                    passed()
                    for check in target.checks { group.addTask { try await failure(of: check) } }
                }
            }
            throw CancellationError()
        }
    }

    /// Waits for the check's first pass. Returns false when it used up its attempts instead.
    private func settled(_ check: HealthCheck) async throws -> Bool {
        try await watched.sleep(for: check.initialDelay)
        for _ in 0..<check.attempts {
            if try await watched.failure(of: check, on: target) == nil { return true }
            try await watched.sleep(for: Self.pause(of: check))
        }
        return false
    }

    /// A check without a pause would keep a CPU busy.
    private static func pause(of check: HealthCheck) -> Duration { max(check.wait, .seconds(1)) }

    /// Repeats the check until it has failed as many times in a row as it has attempts.
    private func failure(of check: HealthCheck) async throws -> String {
        var failures = 0
        while true {
            try await watched.sleep(for: Self.pause(of: check))
            guard let reason = try await watched.failure(of: check, on: target) else {
                failures = 0
                continue
            }
            failures += 1
            if check.warnsOnly {
                if failures == check.attempts {
                    logger.warning("\(target.app): \(target.instance.name) fails '\(check.name.visible)': \(reason)")
                }
            } else if failures >= check.attempts {
                return "check '\(check.name.visible)' failed: \(reason)"
            }
        }
    }
}
