import CairnCatalog
import CairnCore
import CairnStore

/// Consul's way to write a check.
enum CheckShape {
    static func check(_ check: Check, service: Service?) -> JSONValue {
        [
            "Node": .string(check.node), "CheckID": .string(check.id), "Name": .string(check.name),
            "Status": .string(check.status.rawValue), "Notes": .string(check.notes),
            "Output": .string(check.output), "ServiceID": .string(check.serviceID ?? ""),
            "ServiceName": .string(service?.name ?? ""), "ServiceTags": .strings(service?.tags ?? []),
            "Type": .string(check.kind), "Definition": .object([:]), "CreateIndex": .count(check.createIndex),
            "ModifyIndex": .count(check.modifyIndex),
        ]
    }

    /// The checks of a node. Clients expect the one that tells whether a node is alive; this host is when it answers.
    static func ofNode(_ node: Node, _ checks: [Check], isOwn: Bool) -> [JSONValue] {
        let own = checks.map { check($0, service: nil) }
        guard isOwn else { return own }
        let alive: JSONValue = [
            "Node": .string(node.name), "CheckID": .string(Session.nodeCheck), "Name": "Serf Health Status",
            "Status": "passing", "Notes": "", "Output": "Agent alive and reachable", "ServiceID": "",
            "ServiceName": "", "ServiceTags": .array([]), "Type": "", "Definition": .object([:]),
            "CreateIndex": .count(node.createIndex), "ModifyIndex": .count(node.createIndex),
        ]
        return [alive] + own
    }
}

extension CatalogSnapshot {
    /// All checks, those of nodes first.
    func checkValues() -> [JSONValue] {
        let ofNodes = nodes.values.sorted { $0.name < $1.name }
            .flatMap { CheckShape.ofNode($0, nodeChecks[$0.name] ?? [], isOwn: $0.name == ownNode) }
        return ofNodes + entries.flatMap { entry in entry.checks.map { CheckShape.check($0, service: entry.service) } }
    }

    /// The instances on a node in the order of their ids.
    func services(on node: String) -> [ServiceEntry] {
        services.values.joined().filter { $0.service.node == node }.sorted { $0.service.id < $1.service.id }
    }
}
