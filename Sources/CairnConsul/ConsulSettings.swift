/// How the HTTP interface is served.
public struct ConsulSettings: Sendable, Equatable {
    /// A place to listen at.
    public struct Listener: Sendable, Equatable {
        /// An IP address, or `localhost`.
        public var host: String
        public var port: Int
        /// Whether only who has the token is answered. Elsewhere than on loopback that is so in any case.
        public var requiresToken: Bool

        public init(host: String = "127.0.0.1", port: Int = 8500, requiresToken: Bool = false) {
            self.host = host
            self.port = port
            self.requiresToken = requiresToken
        }

        /// Whether only programs of this host reach it.
        public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

        var needsToken: Bool { requiresToken || !isLoopback }
    }

    public var listeners: [Listener]
    /// What has to be shown where a token is needed; nil lets nobody in there.
    public var token: String?
    /// Consul's word for where the catalog is; a request for another is refused.
    public var datacenter: String
    /// How many requests may wait for a change at a time, streams included.
    public var maximumWaiters: Int
    /// How many connections each listener accepts at a time. The process needs a file descriptor for each.
    public var maximumConnections: Int
    /// Names, beside this host's own, that a request to loopback may be addressed to.
    public var hostNames: [String]

    public init(
        listeners: [Listener] = [Listener()], token: String? = nil, datacenter: String = "dc1",
        maximumWaiters: Int = 2000, maximumConnections: Int = 4096, hostNames: [String] = []
    ) {
        self.listeners = listeners
        self.token = token
        self.datacenter = datacenter
        self.maximumWaiters = maximumWaiters
        self.maximumConnections = maximumConnections
        self.hostNames = hostNames
    }
}

/// Whether a listener serves.
public enum ConsulStatus: Sendable, Equatable {
    /// It answers, at the port that it was given or that the system has chosen for 0.
    case listening(ConsulSettings.Listener, port: Int)
    /// It cannot be had; the text says why. It is tried again.
    case waiting(ConsulSettings.Listener, reason: String)
}
