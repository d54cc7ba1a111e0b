public import CairnCore

/// The catalog as it was at one moment: what is asked by DNS, by HTTP and by nginx's endpoints. Reading it needs no lock
/// and no database.
public struct CatalogSnapshot: Sendable {
    /// The name of this host's own node.
    public let ownNode: String
    /// The nodes by name.
    public let nodes: [String: Node]
    /// The instances of each service in the order of their keys, by the service's name.
    public let services: [String: [ServiceEntry]]
    /// The checks of nodes, by the node's name.
    public let nodeChecks: [String: [Check]]
    /// The catalog's counter: grows with every change, never goes back, and is never 0.
    public let index: UInt64
    /// Who may look up whom.
    public let reach: Reach

    private let indexes: [String: UInt64]
    private let byProcess: [ProcessKey: [ServiceEntry]]
    private let byLowercasedName: [String: String]

    private struct ProcessKey: Hashable, Sendable {
        let app: String
        let process: String
    }

    /// - Parameters:
    ///   - indexes: For each name of a service, the counter when one of its instances or their checks changed last,
    ///     removals included.
    public init(
        ownNode: String, nodes: [Node], services: [Service], checks: [Check], index: UInt64,
        indexes: [String: UInt64] = [:], reach: Reach = Reach()
    ) {
        self.ownNode = ownNode
        self.nodes = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
        self.index = max(index, 1)
        self.indexes = indexes
        self.reach = reach
        var serviceChecks: [Service.Key: [Check]] = [:]
        var nodeChecks: [String: [Check]] = [:]
        for check in checks {
            if let id = check.serviceID {
                serviceChecks[Service.Key(node: check.node, id: id), default: []].append(check)
            } else {
                nodeChecks[check.node, default: []].append(check)
            }
        }
        self.nodeChecks = nodeChecks
        var entries: [String: [ServiceEntry]] = [:]
        var processes: [ProcessKey: [ServiceEntry]] = [:]
        for service in services.sorted(by: { $0.key < $1.key }) {
            // The store removes a node's services with it.
            guard let node = self.nodes[service.node] else { continue }
            let entry = ServiceEntry(
                service: service, node: node, checks: serviceChecks[service.key] ?? [],
                nodeChecks: nodeChecks[service.node] ?? [])
            entries[service.name, default: []].append(entry)
            if let instance = service.appInstance {
                let key = ProcessKey(
                    app: instance.app.rawValue, process: instance.name.process.rawValue.lowercased())
                processes[key, default: []].append(entry)
            }
        }
        self.services = entries
        byProcess = processes
        byLowercasedName = Dictionary(entries.keys.sorted().map { ($0.lowercased(), $0) }) { first, _ in first }
    }

    /// The node of this host.
    public var own: Node { nodes[ownNode] ?? Node(name: ownNode, id: "", address: "127.0.0.1") }

    /// The counter when the service changed last. A service that is not there changes with every other.
    public func index(of name: String) -> UInt64 { services[name] == nil ? index : max(indexes[name] ?? index, 1) }

    /// The instances of a service; the case of letters does not matter.
    public func entries(named name: String) -> [ServiceEntry] {
        services[name] ?? byLowercasedName[name.lowercased()].flatMap { services[$0] } ?? []
    }

    /// The copies of a process of an app, in lower case; one entry for each port.
    public func entries(app: String, process: String) -> [ServiceEntry] {
        byProcess[ProcessKey(app: app, process: process)] ?? []
    }

    /// All instances, in the order of names and keys.
    public var entries: some Sequence<ServiceEntry> {
        services.keys.sorted().lazy.flatMap { services[$0] ?? [] }
    }

    /// The instance with that place, if there is one.
    public func entry(_ key: Service.Key) -> ServiceEntry? {
        services.values.lazy.flatMap { $0 }.first { $0.service.key == key }
    }
}

/// Which apps may look up which: an app finds itself, those it is linked to, and those that are open to all.
public struct Reach: Sendable, Equatable {
    /// The apps that each app is linked to, by their ids.
    public var links: [Int64: Set<Int64>]
    /// The apps that every other may find.
    public var open: Set<Int64>
    /// The block of addresses of each app.
    public var subnets: [Subnet]

    public struct Subnet: Sendable, Equatable {
        public var block: IPv4Subnet
        public var appID: Int64

        public init(block: IPv4Subnet, appID: Int64) {
            self.block = block
            self.appID = appID
        }
    }

    public init(links: [Int64: Set<Int64>] = [:], open: Set<Int64> = [], subnets: [Subnet] = []) {
        self.links = links
        self.open = open
        self.subnets = subnets
    }

    /// Whether an app may find another.
    public func allows(_ client: Int64, _ other: Int64) -> Bool {
        client == other || open.contains(other) || links[client]?.contains(other) == true
    }
}
