/// What a check has found, and with it what is known of a service. The order is from good to bad.
///
/// The words are those of Consul's catalog.
public enum HealthStatus: String, Codable, Sendable, CaseIterable, Comparable {
    /// May be given work.
    case passing
    /// Has something to say, but works: found by DNS and served by nginx, left out where only what passes is asked for.
    case warning
    /// Gets no work.
    case critical

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .passing: 0
        case .warning: 1
        case .critical: 2
        }
    }
}

extension Sequence<HealthStatus> {
    /// The worst of them; what has no checks passes.
    public var worst: HealthStatus { self.max() ?? .passing }
}
