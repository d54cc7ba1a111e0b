import CairnStore
import CairnCatalog
import CairnCore
import HTTPTypes

/// `/v1/catalog/…`: what is registered, well or not, https://developer.hashicorp.com/consul/api-docs/catalog.
enum CatalogReads {
    static func addRoutes(to table: inout RouteTable) {
        table.add(.get, "catalog/datacenters") { directory, _ in
            .json([.string(directory.settings.datacenter)])
        }
        table.add(.get, "catalog/services", services)
        table.add(.get, "catalog/service/", service)
        table.add(.get, "catalog/connect/", nothing)
        table.add(.get, "catalog/nodes", nodes)
        table.add(.get, "catalog/node/", node)
        table.add(.get, "catalog/node-services/", nodeServices)
        table.add(.get, "health/service/", healthOfService)
        table.add(.get, "health/connect/", nothing)
        table.add(.get, "health/ingress/", nothing)
        table.add(.get, "health/checks/", checksOfService)
        table.add(.get, "health/node/", checksOfNode)
        table.add(.get, "health/state/", checksInState)
        // Asked for by some clients at start; there is nothing of the kind here.
        table.add(.get, "coordinate/nodes", nothing)
        table.add(.get, "coordinate/datacenters", nothing)
        table.add(.get, "query", nothing)
    }

    @Sendable static func nothing(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        try await directory.read(request, .catalog) { _ in .array([]) }
    }

    @Sendable static func services(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let isWanted = nodeFilter(request.query)
        return try await directory.read(request, .catalog) { snapshot in
            var services: [String: JSONValue] = [:]
            for (name, entries) in snapshot.services {
                let kept = entries.filter { isWanted($0.node) }
                if kept.isEmpty { continue }
                services[name] = .strings(Set(kept.flatMap(\.service.tags)).sorted())
            }
            return .object(services)
        }
    }

    @Sendable static func service(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let name = try required(request, "Missing service name")
        return try await directory.read(request, .service(name)) { snapshot in
            let values = selected(snapshot, name, request.query).map { ServiceShape.catalog($0, directory) }
            return .array(try request.filtered(values, by: .catalogService))
        }
    }

    @Sendable static func nodes(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let isWanted = nodeFilter(request.query)
        return try await directory.read(request, .catalog) { snapshot in
            let nodes = snapshot.nodes.values.filter(isWanted).sorted { $0.name < $1.name }
            return .array(try request.filtered(nodes.map { NodeShape.node($0, directory) }, by: .node))
        }
    }

    @Sendable static func node(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let name = try required(request, "Missing node name")
        return try await directory.read(request, .catalog) { snapshot in
            guard let node = snapshot.nodes[name] else { return .null }
            let values = snapshot.services(on: name).map { ServiceShape.health($0.service) }
            let kept = try request.filtered(values, by: .agentService)
            return [
                "Node": NodeShape.node(node, directory),
                "Services": .object(Dictionary(kept.map { ($0.text(of: "ID"), $0) }) { first, _ in first }),
            ]
        }
    }

    @Sendable static func nodeServices(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let name = try required(request, "Missing node name")
        return try await directory.read(request, .catalog) { snapshot in
            guard let node = snapshot.nodes[name] else { return .null }
            let values = snapshot.services(on: name).map { ServiceShape.health($0.service) }
            return [
                "Node": NodeShape.node(node, directory),
                "Services": .array(try request.filtered(values, by: .agentService)),
            ]
        }
    }

    static func required(_ request: ConsulRequest, _ text: String) throws(HTTPRefusal) -> String {
        guard !request.rest.isEmpty else { throw .bad(text) }
        return request.rest
    }

    /// The instances that have all of the tags asked for, on nodes with the properties asked for.
    static func selected(_ snapshot: CatalogSnapshot, _ name: String, _ query: Query) -> [ServiceEntry] {
        let tags = query.values(of: "tag").filter { !$0.isEmpty }
        let isWanted = nodeFilter(query)
        return (snapshot.services[name] ?? []).filter { entry in
            isWanted(entry.node) && tags.allSatisfy(entry.hasTag)
        }
    }

    /// `node-meta=key:value`, any number of times.
    private static func nodeFilter(_ query: Query) -> (Node) -> Bool {
        let pairs = query.values(of: "node-meta").map { text in
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        return { node in pairs.allSatisfy { node.meta[$0.0] == $0.1 } }
    }
}
