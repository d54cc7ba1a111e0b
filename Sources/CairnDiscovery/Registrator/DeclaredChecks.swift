import CairnCatalog
import CairnCore
import Foundation

/// The checks that a container asks for by `SERVICE_CHECK_…`.
///
/// They are what an image's author wrote: commands run inside the container, and requests go to the address of the
/// instance, whatever the text says.
struct DeclaredChecks {
    let service: Service
    let containerID: String
    /// Of the container's port.
    let transport: String
    let entries: [String: ServiceMetadata.Entry]
    let isStrict: Bool
    let now: Date
    private(set) var notes: [String] = []

    static let maximumCount = 16
    static let maximumScript = 4096

    /// The kinds in the order in which the first counts.
    private static let kinds = ["http", "https", "cmd", "script", "ttl", "tcp", "grpc"]

    init(
        service: Service, containerID: String, transport: String, entries: [String: ServiceMetadata.Entry],
        isStrict: Bool, now: Date
    ) {
        (self.service, self.containerID, self.transport) = (service, containerID, transport)
        (self.entries, self.isStrict, self.now) = (entries, isStrict, now)
    }

    /// The checks, with Consul's ids: the service's own for one, numbered for several.
    mutating func read() -> [Check] {
        var found: [(definition: Check.Definition, status: HealthStatus)] = []
        for group in groups.prefix(Self.maximumCount) {
            if let definition = definition(group) { found.append((definition, status(group))) }
        }
        if groups.count > Self.maximumCount { notes.append("Only \(Self.maximumCount) checks are kept.") }
        return found.enumerated().map { index, check in
            let suffix = found.count > 1 ? ":\(index + 1)" : ""
            var row = Check(
                node: service.node, id: "service:\(service.id)\(suffix)", serviceID: service.id,
                name: "Service '\(service.name)' check", status: check.status, definition: check.definition, since: now)
            if case .ttl(let time) = check.definition.probe {
                row.deadline = now.addingTimeInterval(time / .seconds(1))
            }
            return row
        }
    }

    /// One check for `CHECK_…`, and one for each number of `CHECK_<n>_…`: what its keys begin with.
    private var groups: [String] {
        guard !isStrict else { return ["check_"] }
        let numbers = entries.keys.compactMap { key -> Int? in
            let words = key.split(separator: "_", maxSplits: 2)
            guard words.count == 3, words[0] == "check" else { return nil }
            return Int(words[1])
        }
        return ["check_"] + Set(numbers).filter { $0 >= 0 }.sorted().map { "check_\($0)_" }
    }

    /// A setting of a check; a numbered check has those of all where it has none of its own.
    private func setting(_ name: String, _ group: String) -> String? {
        entries.value(group + name) ?? entries.value("check_" + name)
    }

    private mutating func definition(_ group: String) -> Check.Definition? {
        var candidates = Self.kinds.filter { entries.value(group + $0) != nil }
        if !isStrict, let narrowest = candidates.compactMap({ entries[group + $0]?.scope }).max() {
            candidates = candidates.filter { entries[group + $0]?.scope == narrowest }
        }
        guard let kind = candidates.first, let value = entries.value(group + kind) else { return nil }
        for other in candidates.dropFirst() {
            notes.append("CHECK_\(kind.uppercased()) counts, CHECK_\(other.uppercased()) is left out.")
        }
        if !isStrict, transport != "tcp", ["http", "https", "tcp", "grpc"].contains(kind) {
            notes.append("CHECK_\(kind.uppercased()) is left out: the port is not TCP.")
            return nil
        }
        guard let probe = probe(kind, value, group) else { return nil }
        var definition = Check.Definition(probe: probe)
        definition.interval = time("interval", group, default: .seconds(10), minimum: .seconds(1))
        definition.timeout = time("timeout", group, default: .seconds(10), minimum: .milliseconds(1))
        definition.successesBeforePassing = count("success_before_passing", group)
        definition.failuresBeforeCritical = count("failures_before_critical", group)
        if setting("deregister_after", group) != nil {
            // Consul's floor.
            let after = time("deregister_after", group, default: .zero, minimum: .seconds(60))
            definition.deregisterAfter = after > .zero ? after : nil
        }
        return definition
    }

    private mutating func probe(_ kind: String, _ value: String, _ group: String) -> Check.Probe? {
        switch kind {
        case "http", "https": return http(kind, value, group)
        case "cmd", "script": return script(kind, value)
        case "tcp": return .tcp(host: service.address, port: service.port)
        case "grpc":
            return .grpc(
                host: service.address, port: service.port, service: "", usesTLS: flag("grpc_use_tls", group),
                skipsVerification: flag("tls_skip_verify", group))
        default:
            guard let time = Duration(goText: value), time > .zero else {
                notes.append("CHECK_TTL: '\(value.excerpt())' is not a length of time such as '30s'.")
                return nil
            }
            return .ttl(time)
        }
    }

    private mutating func http(_ scheme: String, _ path: String, _ group: String) -> Check.Probe? {
        let method = setting("\(scheme)_method", group)?.uppercased() ?? "GET"
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), path.utf8.count <= 2048 else {
            notes.append("CHECK_\(scheme.uppercased()): the path must be ASCII without blanks.")
            return nil
        }
        guard (1...16).contains(method.utf8.count), method.utf8.allSatisfy({ (0x41...0x5a).contains($0) }) else {
            notes.append("CHECK_\(scheme.uppercased())_METHOD: '\(method.excerpt())' is not a method.")
            return nil
        }
        let host = service.address.contains(":") ? "[\(service.address)]" : service.address
        // Without the slash, "@elsewhere/" would be read as another host.
        let url = "\(scheme)://\(host):\(service.port)\(path.hasPrefix("/") ? "" : "/")\(path)"
        // An answer could send the daemon to what only this host can reach, and show what it says.
        return .http(
            .init(
                url: url, method: method, skipsVerification: flag("tls_skip_verify", group), followsRedirects: isStrict)
        )
    }

    private mutating func script(_ kind: String, _ text: String) -> Check.Probe? {
        guard text.utf8.count <= Self.maximumScript else {
            notes.append("CHECK_\(kind.uppercased()) has more than \(Self.maximumScript) bytes and is left out.")
            return nil
        }
        let line = text.replacing("$SERVICE_IP", with: service.address)
            .replacing("$SERVICE_PORT", with: String(service.port))
        return .script(containerID: containerID, words: ["/bin/sh", "-c", line])
    }

    // MARK: Settings

    private mutating func time(
        _ name: String, _ group: String, default fallback: Duration, minimum: Duration
    ) -> Duration {
        guard let text = setting(name, group) else { return fallback }
        guard let time = Duration(goText: text) else {
            notes.append("CHECK_\(name.uppercased()): '\(text.excerpt())' is not a length of time such as '10s'.")
            return fallback
        }
        if time < minimum { notes.append("CHECK_\(name.uppercased()) is raised to \(minimum).") }
        return max(time, minimum)
    }

    private mutating func count(_ name: String, _ group: String) -> Int {
        guard let text = setting(name, group) else { return 1 }
        guard let count = Int(text), (1...100).contains(count) else {
            notes.append("CHECK_\(name.uppercased()): '\(text.excerpt())' is not a number from 1 to 100.")
            return 1
        }
        return count
    }

    private mutating func status(_ group: String) -> HealthStatus {
        guard let text = setting("initial_status", group) else { return .critical }
        guard let status = HealthStatus(rawValue: text.lowercased()) else {
            notes.append("CHECK_INITIAL_STATUS: '\(text.excerpt())' is not passing, warning or critical.")
            return .critical
        }
        return status
    }

    private func flag(_ name: String, _ group: String) -> Bool {
        setting(name, group).map { !["0", "false", "no", "off"].contains($0.lowercased()) } ?? false
    }
}
