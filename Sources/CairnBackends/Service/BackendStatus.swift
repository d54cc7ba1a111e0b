public import Foundation

/// How it stands with a backend.
public struct BackendStatus: Sendable, Equatable {
    /// The backend's URL; there are no secrets in it.
    public var url: String
    /// Whether the last thing that was asked of it went well.
    public var isConnected: Bool
    /// What went wrong last: why it is not connected, or which entry it does not take. nil when all is well.
    public var lastError: String?
    /// The catalog's counter up to which the backend is up to date; 0 before the first time.
    public var appliedIndex: UInt64
    /// How many entries of this host the backend holds, as far as is known.
    public var entries: Int
    /// Since when it has been connected, or not.
    public var since: Date

    public init(
        url: String, isConnected: Bool = false, lastError: String? = nil, appliedIndex: UInt64 = 0, entries: Int = 0,
        since: Date = Date()
    ) {
        self.url = url
        self.isConnected = isConnected
        self.lastError = lastError
        self.appliedIndex = appliedIndex
        self.entries = entries
        self.since = since
    }
}
