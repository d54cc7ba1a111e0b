import CairnStore
import CairnCatalog
import CairnCore
import HTTPTypes

/// `/v1/agent/service/…` and `/v1/agent/services`: the services of this host,
/// https://developer.hashicorp.com/consul/api-docs/agent/service.
enum AgentServices {
    static func addRoutes(to table: inout RouteTable) {
        table.add(.get, "agent/services", list)
        table.add(.get, "agent/service/", info)
        table.add(.put, "agent/service/register", register)
        table.add(.put, "agent/service/deregister/", deregister)
        table.add(.put, "agent/service/maintenance/", maintenance)
        table.add(.put, "agent/maintenance", nodeMaintenance)
    }

    @Sendable static func list(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let snapshot = directory.feed.snapshot
        let values = snapshot.services(on: snapshot.ownNode).map { ServiceShape.agent($0.service) }
        let kept = try request.filtered(values, by: .agentService)
        return .json(.object(Dictionary(kept.map { ($0.text(of: "ID"), $0) }) { first, _ in first }))
    }

    /// Waits, when the client tells the hash that it knows, until that has changed.
    @Sendable static func info(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let id = request.rest
        let blocking = try Blocking(request.query)
        if let known = request.query["hash"], let entry = directory.ownService(id) {
            let name = entry.service.name
            // The hash takes the part of an index that every change is beyond.
            try await directory.wait(request, Blocking(index: 1, wait: blocking.wait)) {
                guard let entry = directory.ownService(id) else { return 2 }
                return ServiceShape.hashed(entry.service).hash == known ? 1 : 2
            } on: {
                .service(name)
            }
        }
        guard let entry = directory.ownService(id) else {
            throw HTTPRefusal.notFound("unknown service ID: \(id.excerpt())")
        }
        let (value, hash) = ServiceShape.hashed(entry.service)
        return Reply(.json(value), headers: [.consulContentHash: hash])
    }

    @Sendable static func register(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let body = try ServiceBody(await request.fields())
        let replacesChecks = try request.query.flag("replace-existing-checks")
        let registration = try body.registration(node: directory.feed.snapshot.ownNode, origin: .agent)
        try directory.checkName(registration.service.name)
        try directory.checkOwner(of: directory.ownService(registration.service.id))
        for check in registration.checks { try directory.checkIsFree(check) }
        try directory.store.register([registration], replacesChecks: replacesChecks)
        try await directory.refresh()
        return .empty
    }

    /// A service that is not there is removed already.
    @Sendable static func deregister(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        guard let entry = directory.ownService(request.rest) else { return .empty }
        try directory.checkOwner(of: entry)
        try directory.store.deregister([entry.service.key])
        try await directory.refresh()
        return .empty
    }

    @Sendable static func maintenance(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        guard !request.rest.isEmpty else { throw HTTPRefusal.bad("Missing service ID") }
        let isOn = try switchValue(request.query)
        guard let service = directory.ownService(request.rest)?.service else {
            throw HTTPRefusal.notFound("No service registered with ID \"\(request.rest.excerpt())\"")
        }
        let standard =
            "Maintenance mode is enabled for this service, but no reason was provided. This is a default message."
        try setMaintenance(
            Check(
                node: service.node, id: Check.maintenanceID(of: service.id), serviceID: service.id,
                name: "Service Maintenance Mode", notes: reason(request.query) ?? standard,
                definition: Check.Definition(probe: .maintenance)), isOn, directory)
        try await directory.refresh()
        return .empty
    }

    @Sendable static func nodeMaintenance(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let isOn = try switchValue(request.query)
        let standard =
            "Maintenance mode is enabled for this node, but no reason was provided. This is a default message."
        try setMaintenance(
            Check(
                node: directory.feed.snapshot.ownNode, id: Check.nodeMaintenanceID, serviceID: nil,
                name: "Node Maintenance Mode", notes: reason(request.query) ?? standard,
                definition: Check.Definition(probe: .maintenance)), isOn, directory)
        try await directory.refresh()
        return .empty
    }

    private static func setMaintenance(_ check: Check, _ isOn: Bool, _ directory: Directory) throws {
        if isOn { try directory.store.putCheck(check) } else { try directory.store.removeCheck(check.key) }
    }

    private static func switchValue(_ query: Query) throws(HTTPRefusal) -> Bool {
        guard let text = query["enable"], !text.isEmpty else { throw .bad("Missing value for enable") }
        switch text.lowercased() {
        case "true", "1", "t": return true
        case "false", "0", "f": return false
        default: throw .bad("Invalid value for enable: \"\(text.excerpt())\"")
        }
    }

    private static func reason(_ query: Query) -> String? {
        query["reason"].flatMap { $0.isEmpty ? nil : $0.excerpt(512) }
    }
}

extension JSONValue {
    /// The text of a member that is one; empty otherwise.
    func text(of member: String) -> String { if case .string(let text)? = self[member] { text } else { "" } }
}
