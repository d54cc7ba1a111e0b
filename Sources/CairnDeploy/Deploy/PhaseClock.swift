import CairnStore
import Synchronization

/// Takes the time of each phase of a deploy. A phase that is measured twice adds up.
final class PhaseClock: Sendable {
    private struct State {
        var timings: [PhaseTiming] = []
        var current = "prepare"
    }
    private let state = Mutex(State())
    private let clock = ContinuousClock()

    func measure<Value>(_ phase: String, _ body: () async throws -> Value) async throws -> Value {
        state.withLock { $0.current = phase }
        let start = clock.now
        let value = try await body()
        add(phase, (clock.now - start).inSeconds)
        return value
    }

    private func add(_ phase: String, _ seconds: Double) {
        state.withLock { state in
            let before = state.timings.first { $0.phase == phase }?.seconds ?? 0
            let timing = PhaseTiming(phase: phase, seconds: before + seconds)
            if let index = state.timings.firstIndex(where: { $0.phase == phase }) {
                state.timings[index] = timing
            } else {
                state.timings.append(timing)
            }
        }
    }

    var timings: [PhaseTiming] { state.withLock(\.timings) }

    /// The phase that began last: where a failed deploy failed.
    var current: String { state.withLock(\.current) }

    /// `build 0.4 s, start 0.3 s, switch 0.01 s (0.9 s in all)`
    static func summary(_ timings: [PhaseTiming]) -> String {
        let parts = timings.map { "\($0.phase) \(Duration.seconds($0.seconds).hundredths) s" }
        let total = timings.map(\.seconds).reduce(0, +)
        return parts.joined(separator: ", ") + " (\(Duration.seconds(total).hundredths) s in all)"
    }
}

extension Duration {
    /// In seconds, to a hundredth.
    var hundredths: String {
        let value = Int((inSeconds * 100).rounded())
        let fraction = value % 100
        return "\(value / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
