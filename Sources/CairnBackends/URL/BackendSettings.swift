public import CairnCore

/// How a backend is kept up to date.
public struct BackendSettings: Sendable, Equatable {
    /// How long entries outlive the daemon where they can expire: leases of etcd, Consul's TTL checks.
    public let timeToLive: Duration
    /// How often entries that can expire are kept alive.
    public let refreshInterval: Duration
    /// How often what is there is read back; nothing is written when it is what it should be.
    public let resyncInterval: Duration
    /// The pause after the first failure; each one after it is twice as long.
    public let firstRetry: Duration
    /// The longest pause between two tries.
    public let lastRetry: Duration
    /// Whether everything is removed when the daemon is told to end. Without, entries stay, or expire.
    public let deregistersAtEnd: Bool
    /// How long a program may take for one call.
    public let programTimeLimit: Duration

    /// - Parameter refreshInterval: nil for a third of the time to live.
    /// - Throws: `E-INVALID-VALUE` when entries would expire before they are refreshed, and for times of no use.
    public init(
        timeToLive: Duration = .seconds(30), refreshInterval: Duration? = nil, resyncInterval: Duration = .seconds(60),
        firstRetry: Duration = .seconds(1), lastRetry: Duration = .seconds(60), deregistersAtEnd: Bool = false,
        programTimeLimit: Duration = .seconds(10)
    ) throws(CairnError) {
        let refreshInterval = refreshInterval ?? timeToLive / 3
        guard timeToLive >= .seconds(3), timeToLive <= .seconds(86_400) else {
            throw CairnError(
                .invalidValue, "A time to live of \(timeToLive) is not from 3 seconds to a day",
                hint: "30 seconds are usual.")
        }
        guard refreshInterval >= .seconds(1), refreshInterval < timeToLive else {
            throw CairnError(
                .invalidValue, "A refresh every \(refreshInterval) does not fit a time to live of \(timeToLive)",
                hint: "Refresh every second at most, and more often than entries expire; a third of it is usual.")
        }
        let times = [resyncInterval, firstRetry, lastRetry, programTimeLimit]
        guard times.allSatisfy({ $0 > .zero }), firstRetry <= lastRetry else {
            throw CairnError(.invalidValue, "The times of a backend must be longer than nothing", hint: "Correct them.")
        }
        self.timeToLive = timeToLive
        self.refreshInterval = refreshInterval
        self.resyncInterval = resyncInterval
        self.firstRetry = firstRetry
        self.lastRetry = lastRetry
        self.deregistersAtEnd = deregistersAtEnd
        self.programTimeLimit = programTimeLimit
    }

    private init() {
        timeToLive = .seconds(30)
        refreshInterval = .seconds(10)
        resyncInterval = .seconds(60)
        firstRetry = .seconds(1)
        lastRetry = .seconds(60)
        deregistersAtEnd = false
        programTimeLimit = .seconds(10)
    }

    /// The values that are named above.
    public static let standard = BackendSettings()
}
