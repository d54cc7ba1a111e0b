import CairnCore
import NIOCore

/// There was no result in time.
struct ProbeTimeout: Error {}

/// Runs what may not take longer than a time. It must heed cancellation.
///
/// - Throws: ``ProbeTimeout`` when the time is over.
func within<Result: Sendable>(
    _ timeout: Duration, _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await ContinuousClock().sleep(for: timeout)
            throw ProbeTimeout()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}

extension TimeAmount {
    /// Longer than a day is a day: nobody waits for longer, and nanoseconds could overflow.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = min(duration, .seconds(86_400)).components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

extension Duration {
    /// For people: "2 s", "0.5 s".
    var words: String {
        let (seconds, attoseconds) = components
        let tenths = attoseconds / 100_000_000_000_000_000
        return tenths == 0 ? "\(seconds) s" : "\(seconds).\(tenths) s"
    }
}
