/// A container's place in one network, as the engine reports it.
public struct NetworkEndpoint: Sendable, Equatable {
    /// The IPv4 address; empty while the container does not run.
    public var ipAddress: String
    /// The IPv6 address that reaches beyond the link; empty on a network without IPv6 and while the container does not
    /// run.
    public var globalIPv6Address: String
    /// The address that was asked for, which the container gets whenever it runs; nil for an automatic one.
    public var fixedIPv4Address: String?
    /// The network's id; it can be empty before the first start.
    public var networkID: String
    /// The names it can be found under, besides its own.
    public var aliases: [String]
    /// The network's gateway.
    public var gateway: String

    /// Makes an endpoint, as tests of readers need.
    public init(
        ipAddress: String, fixedIPv4Address: String? = nil, networkID: String = "", aliases: [String] = [],
        gateway: String = "", globalIPv6Address: String = ""
    ) {
        self.ipAddress = ipAddress
        self.globalIPv6Address = globalIPv6Address
        self.fixedIPv4Address = fixedIPv4Address
        self.networkID = networkID
        self.aliases = aliases
        self.gateway = gateway
    }
}

extension NetworkEndpoint: Decodable {
    private enum CodingKeys: String, CodingKey {
        case ipAddress = "IPAddress", ipamConfig = "IPAMConfig", networkID = "NetworkID", aliases = "Aliases"
        case gateway = "Gateway", globalIPv6Address = "GlobalIPv6Address"
    }

    private struct IPAMConfig: Decodable {
        let IPv4Address: String?
    }

    /// Reads the engine's `EndpointSettings`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        ipAddress = try values.value(.ipAddress, default: "")
        globalIPv6Address = try values.value(.globalIPv6Address, default: "")
        fixedIPv4Address = try values.decodeIfPresent(IPAMConfig.self, forKey: .ipamConfig)?.IPv4Address
        networkID = try values.value(.networkID, default: "")
        aliases = try values.value(.aliases, default: [])
        gateway = try values.value(.gateway, default: "")
    }
}

/// The `NetworkSettings` of a container; only the networks, the rest is gone from newer engines.
struct NetworkSettings: Decodable {
    let networks: [String: NetworkEndpoint]
    let ports: [HostConfig.PortBinding]

    private enum CodingKeys: String, CodingKey {
        case networks = "Networks", ports = "Ports"
    }

    init() {
        networks = [:]
        ports = []
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        networks = try values.value(.networks, default: [:])
        // Listings have no ports here.
        ports = try HostConfig.PortBinding.decode(values.value(.ports, default: [:]))
    }
}
