import CairnCatalog
import CairnCore
import CairnStore
import Foundation
import HTTPTypes

/// `/v1/catalog/register` and `/deregister`: what is elsewhere, made known here,
/// https://developer.hashicorp.com/consul/api-docs/catalog.
enum CatalogWrites {
    static func addRoutes(to table: inout RouteTable) {
        table.add(.put, "catalog/register", register)
        table.add(.put, "catalog/deregister", deregister)
    }

    @Sendable static func register(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let fields = try await request.fields()
        let snapshot = directory.feed.snapshot
        let name = try fields.text("Node") ?? ""
        guard !name.isEmpty else { throw HTTPRefusal.failed("Must provide node") }
        let service = try fields.object("Service").map { try self.service($0, node: name) }
        let checks = try self.checks(fields, node: name, service: service)
        if let service {
            try directory.checkName(service.name)
            try directory.checkOwner(of: snapshot.entry(service.key))
        }
        for check in checks where name == snapshot.ownNode { try directory.checkIsFree(check) }
        if name != snapshot.ownNode { try putNode(name, fields, directory) }
        if let service {
            let own = checks.filter { $0.serviceID == service.id }
            try directory.store.register(
                [ServiceRegistration(service: service, checks: own)], replacesChecks: false)
        }
        for check in checks {
            if let id = check.serviceID {
                try directory.checkOwner(of: snapshot.entry(Service.Key(node: name, id: id)))
            }
            try directory.store.putCheck(check)
        }
        try await directory.refresh()
        return .json(true)
    }

    private static func putNode(_ name: String, _ fields: Fields, _ directory: Directory) throws {
        let found = directory.feed.snapshot.nodes[name]
        if found != nil, try fields.flag("SkipNodeUpdate") ?? false { return }
        guard let address = try fields.text("Address") else {
            throw HTTPRefusal.failed("Must provide address if SkipNodeUpdate is not set")
        }
        guard name.utf8.count <= 253, !name.utf8.contains(where: { $0 <= 0x20 }) else {
            throw HTTPRefusal.bad("Invalid node name: at most 253 bytes without spaces")
        }
        try directory.store.putNode(
            Node(
                name: name, id: try fields.text("ID") ?? found?.id ?? "", address: address,
                meta: try fields.map("NodeMeta") ?? [:], taggedAddresses: try fields.map("TaggedAddresses") ?? [:]))
    }

    private static func service(_ fields: Fields, node: String) throws -> Service {
        guard let name = try fields.text("Service") ?? fields.text("Name") else {
            throw HTTPRefusal.failed("Must provide service name with ID")
        }
        let weights = try fields.object("Weights")
        return Service(
            node: node, id: try fields.text("ID") ?? name, name: name, tags: try fields.strings("Tags") ?? [],
            meta: try fields.map("Meta") ?? [:], address: try fields.string("Address") ?? "",
            port: try fields.integer("Port") ?? 0,
            weights: Service.Weights(
                passing: max(try weights?.integer("Passing") ?? 1, 1), warning: try weights?.integer("Warning") ?? 1),
            taggedAddresses: try fields.taggedAddresses(),
            enableTagOverride: try fields.flag("EnableTagOverride") ?? false, origin: .catalog)
    }

    private static func checks(_ fields: Fields, node: String, service: Service?) throws -> [Check] {
        let bodies = (try fields.object("Check").map { [$0] } ?? []) + (try fields.objects("Checks") ?? [])
        return try bodies.map { body in
            let word = try body.text("Status") ?? "critical"
            guard let status = HealthStatus(rawValue: word) else {
                throw HTTPRefusal.failed("Invalid check status: '\(word.excerpt())'")
            }
            let serviceID = try body.text("ServiceID") ?? service?.id
            let standardID = serviceID.map { "service:\($0)" }
            let name = try body.text("Name") ?? ""
            guard let id = try body.text("CheckID") ?? body.text("ID") ?? (name.isEmpty ? standardID : name) else {
                throw HTTPRefusal.failed("Must provide a check ID or name")
            }
            // Whoever registers it tells how it is; nothing here looks at it.
            return Check(
                node: node, id: id, serviceID: serviceID, name: name, notes: try body.string("Notes") ?? "",
                status: status, output: (try body.string("Output") ?? "").cut(to: 4096),
                definition: Check.Definition(probe: .external))
        }
    }

    @Sendable static func deregister(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let fields = try await request.fields()
        guard let node = try fields.text("Node") else { throw HTTPRefusal.failed("Must provide node") }
        let snapshot = directory.feed.snapshot
        if let id = try fields.text("ServiceID") {
            let key = Service.Key(node: node, id: id)
            try directory.checkOwner(of: snapshot.entry(key))
            try directory.store.deregister([key])
        } else if let id = try fields.text("CheckID") {
            if node == snapshot.ownNode { try directory.checkOwner(of: directory.ownCheck(id)?.entry) }
            try directory.store.removeCheck(Service.Key(node: node, id: id))
        } else if node == snapshot.ownNode {
            throw HTTPRefusal.forbidden("'\(node)' is this host, which stays in its own catalog")
        } else {
            try directory.store.removeNode(node)
        }
        try await directory.refresh()
        return .json(true)
    }
}
