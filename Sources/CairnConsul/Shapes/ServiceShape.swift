import CairnStore
import CairnCatalog
import CairnCore

/// Consul's ways to write an instance of a service. The keys differ from call to call.
enum ServiceShape {
    /// As `/v1/agent/services` does.
    static func agent(_ service: Service) -> JSONValue {
        .object(base(service))
    }

    /// As `/v1/agent/service/…` does, with a hash of what it says.
    static func hashed(_ service: Service) -> (value: JSONValue, hash: String) {
        var members = base(service)
        let hash = String(SHA256.hexadecimal(Array(JSONValue.object(members).text.utf8)).prefix(16))
        members["ContentHash"] = .string(hash)
        return (.object(members), hash)
    }

    /// As `/v1/health/service/…` and `/v1/catalog/node/…` do.
    static func health(_ service: Service) -> JSONValue {
        var members = base(service)
        members["Proxy"] = proxy
        members["Connect"] = .object([:])
        members["CreateIndex"] = .count(service.createIndex)
        members["ModifyIndex"] = .count(service.modifyIndex)
        return .object(members)
    }

    /// As `/v1/catalog/service/…` does.
    static func catalog(_ entry: ServiceEntry, _ directory: Directory) -> JSONValue {
        let (service, node) = (entry.service, entry.node)
        return [
            "ID": .string(node.id), "Node": .string(node.name), "Address": .string(node.address),
            "Datacenter": .string(directory.settings.datacenter), "TaggedAddresses": NodeShape.taggedAddresses(node),
            "NodeMeta": NodeShape.meta(node), "ServiceKind": "", "ServiceID": .string(service.id),
            "ServiceName": .string(service.name), "ServiceTags": .strings(service.tags),
            "ServiceAddress": .string(service.address),
            "ServiceTaggedAddresses": taggedAddresses(service) ?? .object([:]),
            "ServiceWeights": weights(service), "ServiceMeta": .map(service.meta),
            "ServicePort": .integer(service.port), "ServiceEnableTagOverride": .bool(service.enableTagOverride),
            "ServiceProxy": proxy, "ServiceConnect": .object([:]), "CreateIndex": .count(service.createIndex),
            "ModifyIndex": .count(service.modifyIndex),
        ]
    }

    /// An entry with its node and checks, as `/v1/health/service/…` lists them.
    static func entry(_ entry: ServiceEntry, _ directory: Directory) -> JSONValue {
        let checks =
            CheckShape.ofNode(entry.node, entry.nodeChecks, isOwn: entry.node.name == directory.feed.snapshot.ownNode)
            + entry.checks.map { CheckShape.check($0, service: entry.service) }
        return [
            "Node": NodeShape.node(entry.node, directory), "Service": health(entry.service), "Checks": .array(checks),
        ]
    }

    private static let proxy: JSONValue = ["MeshGateway": .object([:]), "Expose": .object([:])]

    private static func base(_ service: Service) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "ID": .string(service.id), "Service": .string(service.name), "Tags": .strings(service.tags),
            "Meta": .map(service.meta), "Port": .integer(service.port), "Address": .string(service.address),
            "Weights": weights(service), "EnableTagOverride": .bool(service.enableTagOverride),
        ]
        members["TaggedAddresses"] = taggedAddresses(service)
        return members
    }

    private static func weights(_ service: Service) -> JSONValue {
        ["Passing": .integer(service.weights.passing), "Warning": .integer(service.weights.warning)]
    }

    /// The address stands for those that were not given; nil for a service without any.
    private static func taggedAddresses(_ service: Service) -> JSONValue? {
        var addresses = service.taggedAddresses
        if let family = family(of: service.address) {
            for tag in ["lan_\(family)", "wan_\(family)"] where addresses[tag] == nil {
                addresses[tag] = Service.TaggedAddress(address: service.address, port: service.port)
            }
        }
        guard !addresses.isEmpty else { return nil }
        return .object(addresses.mapValues { ["Address": .string($0.address), "Port": .integer($0.port)] })
    }

    private static func family(of address: String) -> String? {
        if address.contains(":") { return "ipv6" }
        return IPv4Address(address) == nil ? nil : "ipv4"
    }
}
