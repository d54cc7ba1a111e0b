import CairnCatalog
import CairnCore

/// A service as clients register it, https://developer.hashicorp.com/consul/api-docs/agent/service.
struct ServiceBody {
    private static let names = [
        "ID", "Name", "Tags", "Address", "Port", "Meta", "TaggedAddresses", "Weights", "EnableTagOverride", "Kind",
        "Check", "Checks", "Proxy", "Connect", "Token", "Namespace", "Partition", "Locality", "SocketPath", "NS",
    ]
    /// The most checks of one service.
    private static let maximumChecks = 32

    let fields: Fields

    init(_ fields: Fields) throws(HTTPRefusal) {
        try fields.refuseOthers(than: Self.names)
        self.fields = fields
    }

    func registration(node: String, origin: Service.Origin) throws -> ServiceRegistration {
        guard let name = try fields.text("Name") else { throw HTTPRefusal.bad("Missing service name") }
        let id = try fields.text("ID") ?? name
        for text in [name, id] where text.utf8.count > 512 || text.utf8.contains(where: { $0 < 0x20 }) {
            throw HTTPRefusal.bad("Invalid service name or ID: at most 512 bytes without control characters")
        }
        let service = Service(
            node: node, id: id, name: name, tags: try fields.strings("Tags") ?? [], meta: try meta(),
            address: try address(), port: try fields.integer("Port") ?? 0, weights: try weights(),
            taggedAddresses: try fields.taggedAddresses(),
            enableTagOverride: try fields.flag("EnableTagOverride") ?? false,
            origin: origin)
        return ServiceRegistration(service: service, checks: try checks(of: service))
    }

    private func address() throws(HTTPRefusal) -> String {
        let address = try fields.string("Address") ?? ""
        if ["0.0.0.0", "::", "[::]"].contains(address) { throw .bad("Invalid service address") }
        return address
    }

    private func meta() throws(HTTPRefusal) -> [String: String] {
        let meta = try fields.map("Meta") ?? [:]
        if let problem = Self.problem(of: meta) { throw .bad("Invalid Service Meta: \(problem)") }
        return meta
    }

    /// Consul's rules for what describes a service: so that its own tools can show it.
    private static func problem(of meta: [String: String]) -> String? {
        if meta.count > 64 { return "Node metadata cannot contain more than 64 key/value pairs" }
        for (key, value) in meta.sorted(by: { $0.key < $1.key }) {
            let isKey =
                !key.isEmpty && key.utf8.count <= 128
                && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
            if !isKey {
                return "Key '\(key.excerpt())' contains invalid characters or is too long (limit: 128 characters)"
            }
            if key.hasPrefix("consul-") { return "Key prefix 'consul-' is reserved for internal use" }
            if value.utf8.count > 512 { return "Value for key '\(key)' is too long (limit: 512 characters)" }
        }
        return nil
    }

    private func weights() throws(HTTPRefusal) -> Service.Weights {
        guard let weights = try fields.object("Weights") else { return Service.Weights() }
        let passing = try weights.integer("Passing") ?? 0
        let warning = try weights.integer("Warning") ?? 0
        guard (1...65535).contains(passing), (0...65535).contains(warning) else {
            throw .bad("Invalid Weights: Passing must be between 1 and 65535, Warning between 0 and 65535")
        }
        return Service.Weights(passing: passing, warning: warning)
    }

    private func checks(of service: Service) throws -> [Check] {
        let single = try fields.object("Check").map { [$0] } ?? []
        let bodies = single + (try fields.objects("Checks") ?? [])
        guard bodies.count <= Self.maximumChecks else {
            throw HTTPRefusal.bad("A service has at most \(Self.maximumChecks) checks")
        }
        return try bodies.enumerated().map { index, body in
            try CheckBody(body).check(
                node: service.node, standardID: "service:\(service.id)" + (bodies.count > 1 ? ":\(index + 1)" : ""),
                standardName: "Service '\(service.name)' check", serviceID: service.id)
        }
    }
}

extension Fields {
    func taggedAddresses() throws(HTTPRefusal) -> [String: Service.TaggedAddress] {
        guard let object = try object("TaggedAddresses") else { return [:] }
        var addresses: [String: Service.TaggedAddress] = [:]
        for (tag, _) in object.all {
            guard let fields = try object.object(tag) else { continue }
            addresses[tag] = Service.TaggedAddress(
                address: try fields.string("Address") ?? "", port: try fields.integer("Port") ?? 0)
        }
        return addresses
    }
}
