/// An instance of a service with all that decides whether it is given work.
public struct ServiceEntry: Sendable, Equatable {
    public var service: Service
    public var node: Node
    /// The checks of the instance.
    public var checks: [Check]
    /// The checks of its node, which count for every instance on it.
    public var nodeChecks: [Check]

    public init(service: Service, node: Node, checks: [Check], nodeChecks: [Check]) {
        self.service = service
        self.node = node
        self.checks = checks
        self.nodeChecks = nodeChecks
    }

    /// The worst of all checks, the node's included.
    public var status: HealthStatus { (checks.lazy.map(\.status) + nodeChecks.lazy.map(\.status)).worst }

    /// The instance's own address, or its node's.
    public var address: String { service.address.isEmpty ? node.address : service.address }

    /// Whether it has the tag, whatever the case of letters, as names in DNS are compared.
    public func hasTag(_ tag: String) -> Bool {
        let tag = tag.lowercased()
        return service.tags.contains { $0.lowercased() == tag }
    }
}
