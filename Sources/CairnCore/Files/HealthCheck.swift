/// One check of an instance, as declared under `healthchecks` in app.json.
public struct HealthCheck: Codable, Sendable, Equatable {
    /// What a check decides.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Whether a new instance may take over: the gate of a deploy.
        case startup
        /// Whether an instance gets requests.
        case readiness
        /// Whether an instance is to be restarted.
        case liveness
    }

    /// How the check looks at the instance; each check has exactly one way.
    public enum Probe: Codable, Sendable, Equatable {
        /// A GET request; any status from 200 to 299 passes.
        case http(HTTPProbe)
        /// A command run inside the container, by its words; exit status 0 passes.
        case command([String])
        /// Something must listen on the port, on all addresses and not only on loopback. Nil is the process's own port.
        case listening(port: Int?)
        /// The instance must stay up this long without a restart. It is not tried again.
        case uptime(Duration)
    }

    /// The request of a `.http` probe.
    public struct HTTPProbe: Codable, Sendable, Equatable {
        /// How the request is sent.
        public enum Scheme: String, Codable, Sendable, CaseIterable {
            case http
            /// The certificate is not verified: the name under which the instance is reached here is not in it.
            case https
        }

        /// One header line of the request.
        public struct Header: Codable, Sendable, Equatable {
            /// The name before the colon.
            public var name: String
            /// What follows the colon.
            public var value: String

            /// A header line.
            public init(name: String, value: String) {
                self.name = name
                self.value = value
            }
        }

        /// Starts with a slash; may hold a query.
        public var path: String
        /// Nil is the process's own port.
        public var port: Int?
        /// How the request is sent.
        public var scheme: Scheme
        /// Text the body must contain.
        public var content: String?
        /// Sent beside the usual ones.
        public var headers: [Header]

        /// A request; only the path has no default.
        public init(
            path: String, port: Int? = nil, scheme: Scheme = .http, content: String? = nil, headers: [Header] = []
        ) {
            self.path = path
            self.port = port
            self.scheme = scheme
            self.content = content
            self.headers = headers
        }
    }

    /// What is told when the check fails for good.
    public struct FailureAction: Codable, Sendable, Equatable {
        /// Run inside the container; nil for none.
        public var command: [String]?
        /// Called over HTTP; nil for none.
        public var url: String?

        /// Either part may be missing.
        public init(command: [String]? = nil, url: String? = nil) {
            self.command = command
            self.url = url
        }
    }

    /// What a failure decides.
    public var kind: Kind
    /// What output calls the check; without a name in the file, what it does.
    public var name: String
    /// How the check looks at the instance.
    public var probe: Probe
    /// How often it is tried before it fails, at least once. A startup or readiness check may be tried more often, in the
    /// time that all tries and pauses add up to.
    public var attempts: Int
    /// How long one try may take.
    public var timeout: Duration
    /// The pause between tries of a liveness check; for the others, see `attempts`.
    public var wait: Duration
    /// The pause before the first try.
    public var initialDelay: Duration
    /// A failure is only shown and decides nothing.
    public var warnsOnly: Bool
    /// What is told when it fails for good.
    public var onFailure: FailureAction?

    /// The defaults are those of the file: three tries of five seconds, five seconds apart.
    public init(
        kind: Kind = .startup, name: String? = nil, probe: Probe, attempts: Int = 3, timeout: Duration = .seconds(5),
        wait: Duration = .seconds(5), initialDelay: Duration = .zero, warnsOnly: Bool = false,
        onFailure: FailureAction? = nil
    ) {
        self.kind = kind
        self.name = name ?? probe.summary
        self.probe = probe
        self.attempts = attempts
        self.timeout = timeout
        self.wait = wait
        self.initialDelay = initialDelay
        self.warnsOnly = warnsOnly
        self.onFailure = onFailure
    }
}

extension HealthCheck.Probe {
    /// The port that the check names itself; nil is the process's own, or none at all.
    public var port: Int? {
        switch self {
        case .http(let http): http.port
        case .listening(let port): port
        case .command, .uptime: nil
        }
    }

    /// A few words for a line of output: `GET /health`, `uptime 10s`.
    public var summary: String {
        switch self {
        case .http(let http): "\(http.scheme == .https ? "HTTPS " : "")GET \(http.path)"
        case .command(let words): "command \(words.map(ShellWords.quote).joined(separator: " ").excerpt(60))"
        case .listening(nil): "listening"
        case .listening(let port?): "listening on port \(port)"
        case .uptime(let duration): "uptime \(duration.components.seconds)s"
        }
    }
}
