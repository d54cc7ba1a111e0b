import CairnCatalog
import Foundation

/// A check of this node, and when there is something to do about it.
struct ScheduledCheck<Moment: InstantProtocol & Sendable>: Sendable where Moment.Duration == Duration {
    /// The row, as it was last seen or told.
    var check: Check
    var state: CheckState
    /// Changes when a try under way has lost its meaning.
    var generation: UInt64
    /// When the next try is due, or when a TTL check's deadline has passed.
    var dueAt: Moment?
    /// When the service is removed for having been critical too long.
    var removeAt: Moment?
    /// The place in the queue that counts; earlier ones are leftovers.
    var queuedAt: Moment?
    /// Waits for its turn among the tries.
    var isWaiting = false
    /// When the row was last told of a try; nil if the output in it is not that of such a check.
    var toldAt: Moment?
    /// The last result that was to be told has been written.
    var isTold = true
    /// Has passed since the container was last started.
    var hasPassed = false

    var key: Service.Key { check.key }

    /// The service, or for a check of the node the check itself: what shares a restart.
    var group: Service.Key { Service.Key(node: check.node, id: check.serviceID ?? check.id) }

    var wakeUp: Moment? {
        guard let dueAt, let removeAt else { return dueAt ?? removeAt }
        return min(dueAt, removeAt)
    }

    /// The status to tell: a check that only warns never says worse, however it is found.
    var status: HealthStatus { min(state.status, check.definition.worstStatus) }

    /// Whether its failure restarts the container.
    var restarts: Bool { check.purpose == .liveness && check.definition.worstStatus == .critical }

    /// Whether both are tried in the same way. Name and notes may differ.
    func isTried(as other: Check) -> Bool {
        (check.definition, check.serviceID, check.purpose) == (other.definition, other.serviceID, other.purpose)
    }
}
