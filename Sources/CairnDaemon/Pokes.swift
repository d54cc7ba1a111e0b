import Synchronization

/// Tells every service that rows may have changed. Several pokes while a service is at work are one to it.
final class Pokes: Sendable {
    private let subscribers = Mutex<[AsyncStream<Void>.Continuation]>([])

    /// Everything from now on, as long as somebody iterates.
    func subscribe() -> Subscription {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        subscribers.withLock { $0.append(continuation) }
        return Subscription(stream: stream, continuation: continuation)
    }

    func poke() {
        subscribers.withLock { subscribers in
            // Who has ended is forgotten.
            subscribers.removeAll { if case .terminated = $0.yield() { true } else { false } }
        }
    }

    /// One service's own stream of pokes.
    struct Subscription: Sendable {
        let stream: AsyncStream<Void>
        fileprivate let continuation: AsyncStream<Void>.Continuation

        /// Pokes this service alone.
        func poke() { continuation.yield() }
    }
}

/// Pokes one service at a time to come. Setting it anew forgets the earlier time.
final class Alarm: Sendable {
    private let subscription: Pokes.Subscription
    private let pending = Mutex<Task<Void, Never>?>(nil)

    init(_ subscription: Pokes.Subscription) { self.subscription = subscription }

    deinit { pending.withLock { $0?.cancel() } }

    /// - Parameter delay: nil sets no time.
    func set(after delay: Duration?) {
        let task = delay.map { delay in
            Task { [subscription] in
                if (try? await ContinuousClock().sleep(for: delay)) != nil { subscription.poke() }
            }
        }
        pending.withLock { pending in
            pending?.cancel()
            pending = task
        }
    }
}

/// Growing pauses between attempts that fail.
struct Backoff: Sendable, Equatable {
    private static let first = Duration.milliseconds(250)
    private static let longest = Duration.seconds(30)
    private var next = first

    /// The pause before the next attempt.
    mutating func pause() -> Duration {
        defer { next = min(next * 2, Self.longest) }
        return next
    }

    mutating func reset() { next = Self.first }
}
