public import CairnCatalog
public import CairnCore

/// Everything that an answer depends on, as it is at one moment.
public struct DNSView: Sendable {
    public var snapshot: CatalogSnapshot
    /// The ids of the apps whose containers have those addresses. Others are known by their app's block.
    public var clients: [IPv4Address: Int64]
    /// The instances that hold the locks of their services, by the services' names.
    public var leaders: [String: Service.Key]

    public init(
        snapshot: CatalogSnapshot, clients: [IPv4Address: Int64] = [:], leaders: [String: Service.Key] = [:]
    ) {
        self.snapshot = snapshot
        self.clients = clients
        self.leaders = leaders
    }
}

/// Who asks, which decides what there is to be seen.
public enum DNSViewer: Hashable, Sendable {
    /// A program of this host, which also reaches what listens on loopback only.
    case host
    /// A container of an app.
    case app(id: Int64)
    /// Anybody else who was let in.
    case network

    /// - Parameter local: The server's own address that the query came to, as far as it is known. The host asks from the
    ///   same one, though it lies in an app's block.
    init(source: IPAddress, local: IPAddress?, view: DNSView) {
        guard !source.isLoopback, source != local else {
            self = .host
            return
        }
        guard case .v4(let address) = source else {
            self = .network
            return
        }
        let app = view.clients[address] ?? view.snapshot.reach.subnets.first { $0.block.contains(address) }?.appID
        self = app.map { .app(id: $0) } ?? .network
    }
}
