import Synchronization

/// What the server has done since it started.
public final class DNSCounters: Sendable {
    /// What is counted.
    public enum Event: Int, Sendable, CaseIterable {
        /// Messages that came in.
        case received
        /// Not answered because their source asks too much.
        case limited
        /// Were no queries that could be answered.
        case malformed
        /// Passed on to a recursor.
        case forwarded
        /// Passed on, and no recursor knew the answer in time.
        case unanswered
    }

    private let received = Atomic(0)
    private let limited = Atomic(0)
    private let malformed = Atomic(0)
    private let forwarded = Atomic(0)
    private let unanswered = Atomic(0)

    init() {}

    func add(_ event: Event) {
        switch event {
        case .received: received.add(1, ordering: .relaxed)
        case .limited: limited.add(1, ordering: .relaxed)
        case .malformed: malformed.add(1, ordering: .relaxed)
        case .forwarded: forwarded.add(1, ordering: .relaxed)
        case .unanswered: unanswered.add(1, ordering: .relaxed)
        }
    }

    /// How often that has happened.
    public subscript(_ event: Event) -> Int {
        switch event {
        case .received: received.load(ordering: .relaxed)
        case .limited: limited.load(ordering: .relaxed)
        case .malformed: malformed.load(ordering: .relaxed)
        case .forwarded: forwarded.load(ordering: .relaxed)
        case .unanswered: unanswered.load(ordering: .relaxed)
        }
    }
}
