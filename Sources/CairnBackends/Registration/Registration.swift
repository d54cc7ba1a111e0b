public import CairnCatalog

/// An instance of a service as it is to be written to a registry outside.
struct Registration: Sendable, Equatable {
    let service: Service
    /// An IP address or a host's name, never empty.
    let address: String
    /// The worst of all its checks, its node's included.
    let status: HealthStatus
    let output: String
    let checks: [Check]
    let nodeChecks: [Check]

    init(_ entry: ServiceEntry) {
        service = entry.service
        address = entry.address
        status = entry.status
        output = (entry.checks + entry.nodeChecks).max { $0.status < $1.status }?.output ?? ""
        checks = entry.checks
        nodeChecks = entry.nodeChecks
    }

    /// Host and port as one text, IPv6 addresses in brackets.
    var hostAndPort: String {
        IPLiteral(address)?.isIPv6 == true ? "[\(address)]:\(service.port)" : "\(address):\(service.port)"
    }

    /// What is to be written of a catalog: the services of its own node that the filter lets through, in the order of
    /// their ids. What has no address that others could use is left out and named in the warnings.
    static func all(
        in snapshot: CatalogSnapshot, where filter: (Service) -> Bool
    ) -> (registrations: [Registration], warnings: [String]) {
        var warnings: [String] = []
        let registrations = snapshot.entries.filter { entry in
            entry.service.node == snapshot.ownNode && filter(entry.service)
        }.compactMap { entry -> Registration? in
            if entry.address.isEmpty || IPLiteral(entry.address)?.isUnspecified == true {
                warnings.append("\(entry.service.id) has no address that others could use")
                return nil
            }
            return Registration(entry)
        }
        return (registrations.sorted { $0.service.id < $1.service.id }, warnings)
    }
}

extension Service {
    /// Whether backends are told of it unless something else is asked for: what runs on this host. What was registered
    /// for other nodes is theirs to announce.
    public var isAnnounced: Bool {
        switch origin {
        case .app, .container, .process, .agent: true
        case .catalog: false
        }
    }
}
