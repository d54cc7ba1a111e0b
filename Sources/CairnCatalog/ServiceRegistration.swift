public import Foundation

/// An instance as somebody registers it: with the checks that tell whether it is well.
public struct ServiceRegistration: Sendable, Equatable {
    public var service: Service
    public var checks: [Check]

    public init(service: Service, checks: [Check] = []) {
        self.service = service
        self.checks = checks
    }
}

/// What a check has found.
public struct CheckFinding: Sendable, Equatable {
    public var status: HealthStatus
    public var output: String
    /// When it was found.
    public var date: Date
    /// For a TTL check: when it turns critical unless somebody speaks up before.
    public var deadline: Date?

    public init(_ status: HealthStatus, _ output: String = "", date: Date = Date(), deadline: Date? = nil) {
        self.status = status
        self.output = output
        self.date = date
        self.deadline = deadline
    }
}
