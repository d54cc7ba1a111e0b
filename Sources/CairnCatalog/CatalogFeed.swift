import Synchronization

/// The catalog as it is now, and a way to wait for it to change.
///
/// One writer publishes; readers take the snapshot, or wait until what they look at has changed.
public final class CatalogFeed: Sendable {
    /// What a reader waits for.
    public enum Topic: Hashable, Sendable {
        /// Anything in the catalog.
        case catalog
        /// The instances and checks of one service.
        case service(String)
        /// Keys and values.
        case keys
        case sessions
        case events
    }

    private struct Waiter {
        let topic: Topic
        let index: UInt64
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var snapshot: CatalogSnapshot
        var indexes: [Topic: UInt64] = [:]
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        /// Those that are about to wait, and whether they need not any more.
        var arriving: [UInt64: Bool] = [:]

        func index(of topic: Topic) -> UInt64 {
            switch topic {
            case .catalog: snapshot.index
            case .service(let name): snapshot.index(of: name)
            case .keys, .sessions, .events: indexes[topic] ?? 1
            }
        }
    }

    private let state: Mutex<State>

    public init(_ snapshot: CatalogSnapshot) { state = Mutex(State(snapshot: snapshot)) }

    public var snapshot: CatalogSnapshot { state.withLock { $0.snapshot } }

    /// How many readers wait.
    public var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Makes a newer snapshot the present one. An older one, from a reader that was overtaken, is ignored.
    public func publish(_ snapshot: CatalogSnapshot) {
        wake { state in
            if snapshot.index >= state.snapshot.index { state.snapshot = snapshot }
        }
    }

    /// Tells that something which is not part of the snapshot has changed.
    public func advance(_ topic: Topic, to index: UInt64) {
        wake { state in state.indexes[topic] = max(index, state.indexes[topic] ?? 1) }
    }

    public func index(of topic: Topic) -> UInt64 { state.withLock { $0.index(of: topic) } }

    /// Returns when the topic's index is beyond `index`, when the time is over, or when the task is cancelled.
    public func wait(for topic: Topic, beyond index: UInt64, atMost timeout: Duration) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            state.arriving[state.nextWaiter] = false
            return state.nextWaiter
        }
        let timer = Task { [weak self] in
            if (try? await ContinuousClock().sleep(for: timeout)) != nil { self?.end(id) }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    if state.arriving.removeValue(forKey: id) == true || state.index(of: topic) > index { return false }
                    state.waiters[id] = Waiter(topic: topic, index: index, continuation: continuation)
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            end(id)
        }
        timer.cancel()
    }

    private func end(_ id: UInt64) {
        let waiter = state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: id)
            if waiter == nil, state.arriving[id] != nil { state.arriving[id] = true }
            return waiter
        }
        waiter?.continuation.resume()
    }

    private func wake(_ change: (inout State) -> Void) {
        let ready = state.withLock { state in
            change(&state)
            let ready = state.waiters.filter { state.index(of: $0.value.topic) > $0.value.index }
            for id in ready.keys { state.waiters.removeValue(forKey: id) }
            return ready.values.map(\.continuation)
        }
        for continuation in ready { continuation.resume() }
    }
}
