import CairnCatalog

/// A check in the body of a registration, https://developer.hashicorp.com/consul/api-docs/agent/check.
struct ConsulCheck: Encodable {
    var checkID: String
    var name: String
    var notes: String?
    var status: String?
    var interval: String?
    var timeout: String?
    var ttl: String?
    var http: String?
    var method: String?
    var header: [String: [String]]?
    var body: String?
    var tcp: String?
    var grpc: String?
    var grpcUseTLS: Bool?
    var tlsSkipVerify: Bool?
    var successBeforePassing: Int?
    var failuresBeforeCritical: Int?
    var deregisterAfter: String?

    enum CodingKeys: String, CodingKey {
        case checkID = "CheckID"
        case name = "Name"
        case notes = "Notes"
        case status = "Status"
        case interval = "Interval"
        case timeout = "Timeout"
        case ttl = "TTL"
        case http = "HTTP"
        case method = "Method"
        case header = "Header"
        case body = "Body"
        case tcp = "TCP"
        case grpc = "GRPC"
        case grpcUseTLS = "GRPCUseTLS"
        case tlsSkipVerify = "TLSSkipVerify"
        case successBeforePassing = "SuccessBeforePassing"
        case failuresBeforeCritical = "FailuresBeforeCritical"
        case deregisterAfter = "DeregisterCriticalServiceAfter"
    }

    init(checkID: String, name: String) {
        self.checkID = checkID
        self.name = name
    }

    /// A check that Consul can make by itself; nil for one that it cannot, or not in the same way.
    init?(_ check: Check, of serviceID: String) {
        self.init(checkID: Self.id(of: check, serviceID: serviceID), name: check.name)
        if !check.notes.isEmpty { notes = check.notes }
        let definition = check.definition
        switch definition.probe {
        case .http(let probe):
            // Consul looks at the status alone, and follows every redirect.
            guard probe.content == nil, probe.followsRedirects else { return nil }
            set(probe)
        case .tcp(let host, let port):
            tcp = Self.hostAndPort(host, port)
        case .grpc(let host, let port, let service, let usesTLS, let skipsVerification):
            grpc = Self.hostAndPort(host, port) + (service.isEmpty ? "" : "/" + service)
            if usesTLS { grpcUseTLS = true }
            if skipsVerification { tlsSkipVerify = true }
        case .ttl(let duration):
            ttl = ConsulText.duration(duration)
        case .script, .engine, .maintenance, .external:
            return nil
        }
        if ttl == nil {
            interval = ConsulText.duration(definition.interval)
            timeout = ConsulText.duration(definition.timeout)
            if definition.successesBeforePassing > 1 { successBeforePassing = definition.successesBeforePassing }
            if definition.failuresBeforeCritical > 1 { failuresBeforeCritical = definition.failuresBeforeCritical }
        }
        deregisterAfter = definition.deregisterAfter.map(ConsulText.duration)
    }

    private mutating func set(_ probe: Check.HTTPProbe) {
        http = probe.url
        if probe.method != "GET" { method = probe.method }
        if !probe.headers.isEmpty {
            header = Dictionary(grouping: probe.headers, by: \.name).mapValues { $0.map(\.value) }
        }
        if !probe.body.isEmpty { body = probe.body }
        if probe.skipsVerification { tlsSkipVerify = true }
    }

    /// Ids of checks are unique on a node, and here the node is the agent's, which may have others' services too.
    static func id(of check: Check, serviceID: String) -> String {
        check.id.utf8.firstRange(of: serviceID.utf8) == nil ? "\(serviceID):\(check.id)" : check.id
    }

    private static func hostAndPort(_ host: String, _ port: Int) -> String {
        IPLiteral(host)?.isIPv6 == true ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
