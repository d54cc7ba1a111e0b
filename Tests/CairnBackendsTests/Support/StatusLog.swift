import CairnBackends
import Synchronization

/// Collects what a backend says of itself, and lets a test wait for it.
final class StatusLog: Sendable {
    private struct State {
        var all: [BackendStatus] = []
        var waiters:
            [(condition: @Sendable (BackendStatus) -> Bool, continuation: CheckedContinuation<BackendStatus, Never>)] =
                []
    }

    private let state = Mutex(State())

    var all: [BackendStatus] { state.withLock { $0.all } }

    func append(_ status: BackendStatus) {
        let ready = state.withLock { state in
            state.all.append(status)
            let ready = state.waiters.filter { $0.condition(status) }.map(\.continuation)
            state.waiters.removeAll { $0.condition(status) }
            return ready
        }
        for continuation in ready { continuation.resume(returning: status) }
    }

    /// The newest status, as soon as it is as wanted.
    @discardableResult
    func first(where condition: @escaping @Sendable (BackendStatus) -> Bool) async -> BackendStatus {
        await withCheckedContinuation { continuation in
            let found = state.withLock { state -> BackendStatus? in
                if let last = state.all.last, condition(last) { return last }
                state.waiters.append((condition, continuation))
                return nil
            }
            if let found { continuation.resume(returning: found) }
        }
    }

    /// Waits until the backend is up to date with the catalog.
    @discardableResult
    func applied(_ index: UInt64) async -> BackendStatus {
        await first { $0.isConnected && $0.appliedIndex >= index }
    }
}
