public import Foundation

/// Something that is looked at again and again to know the health of a service instance, or of a whole node.
public struct Check: Sendable, Equatable {
    /// How it is looked at.
    public enum Probe: Sendable, Equatable, Codable {
        /// A request to the URL: 2xx passes, 429 warns, everything else is critical. Redirects are followed.
        case http(HTTPProbe)
        /// A connection to the port.
        case tcp(host: String, port: Int)
        /// The health protocol of gRPC (grpc.health.v1); an empty service asks for the server as a whole.
        case grpc(host: String, port: Int, service: String, usesTLS: Bool, skipsVerification: Bool)
        /// Nothing is looked at: somebody has to say that all is well within each such time.
        case ttl(Duration)
        /// A command inside the container, by its words. As with Nagios, status 0 passes, 1 warns, others are critical.
        case script(containerID: String, words: [String])
        /// What the engine says of the container: running, paused, its own health check. The registrator sets it.
        case engine
        /// Set and removed by a person who takes something out of service.
        case maintenance
        /// The status is set by whoever registered it.
        case external
    }

    /// The request of an `.http` probe.
    public struct HTTPProbe: Sendable, Equatable, Codable {
        /// `http://…` or `https://…`.
        public var url: String
        public var method: String
        public var headers: [Header]
        public var body: String
        /// The server's certificate is not verified.
        public var skipsVerification: Bool
        /// Text that the answer must contain; nil for any.
        public var content: String?
        /// Redirects are followed, as Consul does; app.json's checks do not.
        public var followsRedirects: Bool

        /// A line of the request's head.
        public struct Header: Sendable, Equatable, Codable {
            public var name: String
            public var value: String

            public init(name: String, value: String) {
                self.name = name
                self.value = value
            }
        }

        public init(
            url: String, method: String = "GET", headers: [Header] = [], body: String = "",
            skipsVerification: Bool = false, content: String? = nil, followsRedirects: Bool = true
        ) {
            self.url = url
            self.method = method
            self.headers = headers
            self.body = body
            self.skipsVerification = skipsVerification
            self.content = content
            self.followsRedirects = followsRedirects
        }
    }

    /// What decides when a probe is made and what its results mean.
    public struct Definition: Sendable, Equatable, Codable {
        public var probe: Probe
        /// From the end of one try to the next. Unused by probes that are not made.
        public var interval: Duration
        public var timeout: Duration
        /// The pause before the first try; nil spreads first tries over the interval.
        public var initialDelay: Duration?
        /// How many passes in a row it takes to pass again.
        public var successesBeforePassing: Int
        /// How many failures in a row it takes to be critical.
        public var failuresBeforeCritical: Int
        /// A service that has been critical for so long is removed; nil for never.
        public var deregisterAfter: Duration?
        /// The worst that it can make of a service: `warning` for a check that only warns.
        public var worstStatus: HealthStatus

        public init(
            probe: Probe, interval: Duration = .seconds(10), timeout: Duration = .seconds(10),
            initialDelay: Duration? = nil, successesBeforePassing: Int = 1, failuresBeforeCritical: Int = 1,
            deregisterAfter: Duration? = nil, worstStatus: HealthStatus = .critical
        ) {
            self.probe = probe
            self.interval = interval
            self.timeout = timeout
            self.initialDelay = initialDelay
            self.successesBeforePassing = successesBeforePassing
            self.failuresBeforeCritical = failuresBeforeCritical
            self.deregisterAfter = deregisterAfter
            self.worstStatus = worstStatus
        }
    }

    /// What a failure for good leads to, beside the status.
    public enum Purpose: String, Sendable, Codable {
        /// Nothing more.
        case health
        /// The container is restarted (app.json's liveness checks).
        case liveness
    }

    /// The name of the node.
    public var node: String
    /// Unique on its node.
    public var id: String
    /// The service instance that it is about; nil for the node.
    public var serviceID: String?
    public var name: String
    /// Free text of whoever registered it.
    public var notes: String
    public var status: HealthStatus
    /// What the last try said.
    public var output: String
    public var definition: Definition
    public var purpose: Purpose
    /// Since when the status is what it is.
    public var since: Date
    /// When a TTL check turns critical unless somebody speaks up; nil for others.
    public var deadline: Date?
    public var createIndex: UInt64
    public var modifyIndex: UInt64

    public init(
        node: String, id: String, serviceID: String?, name: String, notes: String = "",
        status: HealthStatus = .critical, output: String = "", definition: Definition, purpose: Purpose = .health,
        since: Date = Date(), deadline: Date? = nil, createIndex: UInt64 = 0, modifyIndex: UInt64 = 0
    ) {
        self.node = node
        self.id = id
        self.serviceID = serviceID
        self.name = name
        self.notes = notes
        self.status = status
        self.output = output
        self.definition = definition
        self.purpose = purpose
        self.since = since
        self.deadline = deadline
        self.createIndex = createIndex
        self.modifyIndex = modifyIndex
    }

    /// A check's place in the catalog.
    public var key: Service.Key { Service.Key(node: node, id: id) }

    /// Whether both look at the same thing in the same way; what they found does not count.
    public func isSame(as other: Check) -> Bool {
        (serviceID, name, notes, definition, purpose)
            == (other.serviceID, other.name, other.notes, other.definition, other.purpose)
    }

    /// Consul's word for the kind of check.
    public var kind: String {
        switch definition.probe {
        case .http: "http"
        case .tcp: "tcp"
        case .grpc: "grpc"
        case .ttl: "ttl"
        case .script: "script"
        case .engine: "docker"
        case .maintenance: "maintenance"
        case .external: ""
        }
    }
}

extension Check {
    /// The id of the check that says what the engine knows of a service's container.
    public static func engineID(of serviceID: String) -> String { "docker:\(serviceID)" }

    /// The ids that Consul gives to what takes a service, or the node, out of service.
    public static func maintenanceID(of serviceID: String) -> String { "_service_maintenance:\(serviceID)" }
    public static let nodeMaintenanceID = "_node_maintenance"
}
