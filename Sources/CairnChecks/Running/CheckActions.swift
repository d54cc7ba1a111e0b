public import CairnCatalog

/// What a ``CheckRunner`` has done with what it finds. It calls one after the other and waits for each to end, except for
/// ``failedForGood``.
public struct CheckActions: Sendable {
    /// Writes what a check has found. It is called when the status changes, and at most every five minutes when only the
    /// output does. What fails is told again after the next try.
    public var record: @Sendable (_ check: Service.Key, _ status: HealthStatus, _ output: String) async throws -> Void
    /// Makes a TTL check critical, unless somebody spoke up at the last moment: whoever writes it looks once more, in the
    /// same transaction, whether the check's deadline (if it has one) has passed.
    public var expire: @Sendable (_ check: Service.Key, _ output: String) async throws -> Void
    /// Removes a service that has been critical for too long. It may be gone already, or be
    /// called more than once for a service with several checks.
    public var deregister: @Sendable (_ service: Service.Key) async throws -> Void
    /// Restarts the container of a liveness check that has failed for good. Until it returns, no liveness check of the
    /// same service is tried; then they begin anew with their initial delays.
    public var failedForGood: @Sendable (_ check: Check, _ output: String) async -> Void

    public init(
        record: @escaping @Sendable (Service.Key, HealthStatus, String) async throws -> Void,
        expire: @escaping @Sendable (Service.Key, String) async throws -> Void,
        deregister: @escaping @Sendable (Service.Key) async throws -> Void,
        failedForGood: @escaping @Sendable (Check, String) async -> Void
    ) {
        self.record = record
        self.expire = expire
        self.deregister = deregister
        self.failedForGood = failedForGood
    }
}
