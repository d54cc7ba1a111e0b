import CairnCatalog
import CairnCore
import Foundation

/// Services and checks as commands show them: in JSON with every fact, in tables with what a person looks for.
extension ServiceEntry {
    var json: JSONValue {
        [
            "name": .string(service.name), "id": .string(service.id), "node": .string(node.name),
            "address": .string(address), "port": .integer(Int(clamping: service.port)),
            "tags": .array(service.tags.map(JSONValue.string)),
            "meta": .object(service.meta.mapValues(JSONValue.string)), "origin": .string(origin),
            "status": .string(status.rawValue), "checks": .array((checks + nodeChecks).map(\.json)),
            "create_index": .integer(Int(clamping: service.createIndex)),
            "modify_index": .integer(Int(clamping: service.modifyIndex)),
        ]
    }

    /// Who registered it, in a word or two.
    var origin: String {
        switch service.origin {
        case .app(let instance): "app \(instance.app)"
        case .container(let id): "container \(id.prefix(12))"
        case .agent: "registered"
        case .catalog: "registered for \(node.name)"
        case .process: "cairn exec"
        }
    }

    /// `address:port`, or the address alone for what has no port.
    var location: String {
        let host = address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]" : address
        return service.port == 0 ? address : "\(host):\(service.port)"
    }

    /// What the worst check says; empty when all is well.
    var reason: String {
        guard let worst = (checks + nodeChecks).max(by: { $0.status < $1.status }), worst.status != .passing else {
            return ""
        }
        return worst.output.isEmpty ? worst.name : "\(worst.name): \(worst.output)"
    }
}

extension Check {
    var json: JSONValue {
        [
            "id": .string(id), "name": .string(name), "kind": .string(kind), "status": .string(status.rawValue),
            "output": .string(output), "notes": .string(notes), "since": .string(since.rfc3339),
        ]
    }
}

extension CatalogSnapshot {
    /// The instances of a service.
    ///
    /// - Throws: `E-NOT-FOUND`, with the nearest name that there is.
    func require(_ name: String) throws(CairnError) -> [ServiceEntry] {
        let found = entries(named: name)
        guard found.isEmpty else { return found }
        let nearest = Nearest.match(for: name, in: Array(services.keys))
        throw CairnError(
            .notFound, "There is no service '\(name.excerpt())'",
            hint: (nearest.map { "Did you mean '\($0)'? " } ?? "") + "'cairn services:list' shows all there are.")
    }
}
