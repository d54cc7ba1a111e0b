import CairnCatalog
import Foundation

/// What is registered with a Consul agent.
///
/// Checks that Consul can make it makes itself. For all others (the engine's word, a script in the container, maintenance,
/// the node's checks) there is one TTL check, `service:<id>`, that Cairn beats with the worst of them, so that Consul's
/// health follows Cairn's, and turns critical when Cairn is gone for good.
struct ConsulLayout: Sendable {
    let timeToLive: Duration
    /// What the time is, for TTL checks: a beat is passed on for as long as the one before it counts.
    var now: @Sendable () -> Date = { Date() }

    /// The attribute that tells whose a service is, where its id does not.
    static let nodeKey = "cairn-node"
    /// What Consul keeps of a check's output.
    private static let outputLimit = 4096

    func records(for registrations: [Registration]) throws -> RecordSet {
        var set = RecordSet()
        for registration in registrations {
            let service = registration.service
            let (meta, warnings) = ConsulText.meta(service.meta, of: service.id)
            set.warnings += warnings
            set.add(try record(registration, meta: marked(meta, service)))
            for check in registration.checks {
                guard case .ttl(let duration) = check.definition.probe else { continue }
                set.quickestBeat = min(set.quickestBeat ?? duration / 3, duration / 3)
            }
        }
        return set
    }

    private func marked(_ meta: [String: String], _ service: Service) -> [String: String] {
        guard !OwnerMark(node: service.node).isOwn(id: service.id) else { return meta }
        var meta = meta
        if meta.count < ConsulText.pairLimit { meta[Self.nodeKey] = service.node.prefix(bytes: ConsulText.valueLimit) }
        return meta
    }

    private func record(_ registration: Registration, meta: [String: String]) throws -> Record {
        let service = registration.service
        let (checks, statuses, beats) = checks(registration)
        var body = ConsulService(
            id: service.id, name: service.name, port: service.port, tags: service.tags, address: registration.address,
            meta: meta)
        if service.weights != Service.Weights() {
            body.weights = .init(passing: service.weights.passing, warning: service.weights.warning)
        }
        if !service.taggedAddresses.isEmpty {
            body.taggedAddresses = service.taggedAddresses.mapValues { .init(address: $0.address, port: $0.port) }
        }
        if service.enableTagOverride { body.enableTagOverride = true }
        if !checks.isEmpty { body.checks = checks }
        let content = try CanonicalJSON.text(body)
        body.checks = body.checks.map { zip($0, statuses).map { $0.with(status: $1) } }
        let readable = ConsulReadable(
            name: service.name, port: service.port, tags: service.enableTagOverride ? [] : service.tags,
            address: registration.address, meta: meta, checks: checks.map(\.checkID).sorted())
        return Record(
            key: service.id, content: content, readable: try readable.text(), body: try CanonicalJSON.text(body),
            beats: beats)
    }

    private func checks(_ registration: Registration) -> ([ConsulCheck], [HealthStatus], [Beat]) {
        let id = registration.service.id
        var checks: [ConsulCheck] = []
        var statuses: [HealthStatus] = []
        var beats: [Beat] = []
        var followed: [Check] = registration.nodeChecks
        for check in registration.checks {
            guard let made = ConsulCheck(check, of: id) else {
                followed.append(check)
                continue
            }
            checks.append(made)
            statuses.append(check.status)
            if made.ttl != nil, let deadline = check.deadline, deadline > now() {
                beats.append(Self.beat(made.checkID, check))
            }
        }
        guard let worst = followed.max(by: { $0.status < $1.status }) else { return (checks, statuses, beats) }
        let taken = checks.contains { $0.checkID == "service:\(id)" }
        var own = ConsulCheck(
            checkID: taken ? "service:\(id):cairn" : "service:\(id)",
            name: "Service '\(registration.service.name)' check")
        own.notes = "Kept up to date by Cairn"
        own.ttl = ConsulText.duration(timeToLive)
        return (checks + [own], statuses + [worst.status], beats + [Self.beat(own.checkID, worst)])
    }

    private static func beat(_ id: String, _ check: Check) -> Beat {
        Beat(checkID: id, status: check.status, output: check.output.prefix(bytes: outputLimit))
    }
}

extension ConsulCheck {
    func with(status: HealthStatus) -> ConsulCheck {
        var copy = self
        copy.status = status.rawValue
        return copy
    }
}
