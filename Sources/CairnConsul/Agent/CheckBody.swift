import CairnCatalog
import CairnCore
import Foundation

/// A check as clients register it, https://developer.hashicorp.com/consul/api-docs/agent/check.
struct CheckBody {
    static let names = [
        "CheckID", "ID", "Name", "Notes", "Status", "ServiceID", "TTL", "HTTP", "Method", "Header", "Body",
        "TLSSkipVerify", "TLSServerName", "DisableRedirects", "TCP", "GRPC", "GRPCUseTLS", "Interval", "Timeout",
        "DeregisterCriticalServiceAfter", "SuccessBeforePassing", "FailuresBeforeCritical", "FailuresBeforeWarning",
        "OutputMaxSize", "Script", "Args", "ScriptArgs", "DockerContainerID", "Shell", "AliasNode", "AliasService",
        "Namespace", "Partition", "H2PING", "H2PingUseTLS", "UDP", "OSService", "TCPUseTLS",
    ]
    /// What is known of checks but not done here.
    private static let unsupported = ["AliasNode", "AliasService", "H2PING", "UDP", "OSService"]

    let fields: Fields

    init(_ fields: Fields) throws(HTTPRefusal) {
        try fields.refuseOthers(than: Self.names)
        self.fields = fields
    }

    var id: String? { get throws(HTTPRefusal) { try fields.text("CheckID", "ID") } }
    var name: String? { get throws(HTTPRefusal) { try fields.text("Name") } }
    var serviceID: String? { get throws(HTTPRefusal) { try fields.text("ServiceID") } }

    /// - Parameter standardID: What it is called when it does not say.
    func check(node: String, standardID: String, standardName: String, serviceID: String?) throws -> Check {
        let definition = try definition()
        let status = try status() ?? .critical
        var check = Check(
            node: node, id: try id ?? standardID, serviceID: serviceID, name: try name ?? standardName,
            notes: try fields.string("Notes") ?? "", status: status, definition: definition)
        // Who starts well has a whole time to live to say so again.
        if case .ttl(let ttl) = definition.probe, status != .critical {
            check.deadline = check.since.addingTimeInterval(ttl / .seconds(1))
        }
        return check
    }

    private func status() throws(HTTPRefusal) -> HealthStatus? {
        guard let word = try fields.text("Status") else { return nil }
        guard let status = HealthStatus(rawValue: word) else {
            throw .bad("Status for checks must 'passing', 'warning', 'critical'")
        }
        return status
    }

    private func definition() throws(HTTPRefusal) -> Check.Definition {
        let probe = try probe()
        let interval = try fields.duration("Interval") ?? .zero
        if case .ttl = probe {
        } else if interval <= .zero {
            throw .bad("Invalid check: Interval must be > 0 for Script, HTTP, or TCP checks")
        }
        let timeout = try fields.duration("Timeout") ?? .zero
        let deregisterAfter = try fields.duration("DeregisterCriticalServiceAfter") ?? .zero
        return Check.Definition(
            probe: probe, interval: max(interval, .seconds(1)), timeout: timeout > .zero ? timeout : .seconds(10),
            successesBeforePassing: try count("SuccessBeforePassing"),
            failuresBeforeCritical: try count("FailuresBeforeCritical"),
            // Shorter ones are made a minute, as Consul does.
            deregisterAfter: deregisterAfter > .zero ? max(deregisterAfter, .seconds(60)) : nil)
    }

    private func count(_ name: String) throws(HTTPRefusal) -> Int {
        min(max(try fields.integer(name) ?? 1, 1), 1000)
    }

    private func probe() throws(HTTPRefusal) -> Check.Probe {
        let words = [try fields.strings("Args"), try fields.strings("ScriptArgs")]
        let script = try fields.text("Script", "DockerContainerID")
        if script != nil || words.contains(where: { $0?.isEmpty == false }) {
            throw .failed(
                "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true. "
                    + "Cairn never runs them: a container's own checks come from its SERVICE_CHECK_SCRIPT")
        }
        for name in Self.unsupported where fields[name] != nil && fields[name] != "" {
            throw .bad("Invalid check: \(name) checks are not supported")
        }
        if let ttl = try fields.duration("TTL"), ttl > .zero { return .ttl(ttl) }
        if let url = try fields.text("HTTP") { return .http(try http(url)) }
        if let place = try fields.text("TCP") {
            let (host, port) = try Self.place(place)
            return .tcp(host: host, port: port)
        }
        if let text = try fields.text("GRPC") {
            let parts = text.split(separator: "/", maxSplits: 1)
            let (host, port) = try Self.place(String(parts.first ?? ""))
            return .grpc(
                host: host, port: port, service: parts.count > 1 ? String(parts[1]) : "",
                usesTLS: try fields.flag("GRPCUseTLS") ?? false,
                skipsVerification: try fields.flag("TLSSkipVerify") ?? false)
        }
        throw .bad("Invalid check: TTL must be > 0 for TTL checks")
    }

    private func http(_ url: String) throws(HTTPRefusal) -> Check.HTTPProbe {
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), url.utf8.count <= 2048 else {
            throw .bad("Invalid check: HTTP must be a URL that begins with http:// or https://")
        }
        var headers: [Check.HTTPProbe.Header] = []
        for (name, value) in try (fields.object("Header")?.all ?? []) {
            guard case .array(let values) = value else {
                throw .bad(
                    "Request decode failed: json: cannot unmarshal \(value.kind) into Go struct field .Header of type []string"
                )
            }
            for case .string(let text) in values {
                headers.append(Check.HTTPProbe.Header(name: name, value: text))
            }
        }
        return Check.HTTPProbe(
            url: url, method: try fields.text("Method") ?? "GET", headers: headers,
            body: try fields.string("Body") ?? "", skipsVerification: try fields.flag("TLSSkipVerify") ?? false,
            followsRedirects: !(try fields.flag("DisableRedirects") ?? false))
    }

    /// `host:port`, the host of IPv6 in brackets.
    private static func place(_ text: String) throws(HTTPRefusal) -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port), colon != text.startIndex
        else { throw .bad("Invalid check: '\(text.excerpt())' is not of the form host:port") }
        var host = String(text[..<colon])
        if host.hasPrefix("[") && host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return (host, port)
    }
}

extension Fields {
    /// The first of the strings that says something.
    func text(_ names: String...) throws(HTTPRefusal) -> String? {
        for name in names {
            if let text = try string(name), !text.isEmpty { return text }
        }
        return nil
    }

    /// All members with their names as they were written.
    var all: [(name: String, value: JSONValue)] { members.values.sorted { $0.name < $1.name } }
}
