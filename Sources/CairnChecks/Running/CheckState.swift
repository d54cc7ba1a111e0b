import CairnCatalog

/// What the results of a check's tries amount to: a status that does not change before enough of them agree.
///
/// The rules are Consul's (`success_before_passing`, `failures_before_critical`): a warning counts as a success.
struct CheckState: Sendable, Equatable {
    /// What is told of the check.
    private(set) var status: HealthStatus
    /// How many tries in a row have failed up to now.
    private(set) var failures = 0
    /// How many tries in a row have not failed up to now.
    private(set) var successes = 0

    private let successesBeforePassing: Int
    private let failuresBeforeCritical: Int

    /// - Parameter status: What has been told of the check up to now.
    init(_ status: HealthStatus, successesBeforePassing: Int, failuresBeforeCritical: Int) {
        self.status = status
        self.successesBeforePassing = max(successesBeforePassing, 1)
        self.failuresBeforeCritical = max(failuresBeforeCritical, 1)
    }

    init(_ status: HealthStatus, _ definition: Check.Definition) {
        self.init(
            status, successesBeforePassing: definition.successesBeforePassing,
            failuresBeforeCritical: definition.failuresBeforeCritical)
    }

    /// Whether enough tries in a row have failed, whatever the status was before them.
    var hasFailedForGood: Bool { failures >= failuresBeforeCritical }

    /// Takes the result of a try; the status is up to date afterwards.
    mutating func take(_ result: HealthStatus) {
        if result == .critical {
            failures += 1
            successes = 0
            if hasFailedForGood { status = .critical }
        } else {
            successes += 1
            failures = 0
            if status != .critical || successes >= successesBeforePassing { status = result }
        }
    }

    /// Forgets the tries, but not the status: what is looked at has been started anew.
    mutating func startAnew() { (failures, successes) = (0, 0) }
}
