/// What a network is created from (`POST /networks/create`).
public struct NetworkSpec: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its driver.
    public var driver: String
    /// Its addresses in CIDR form; nil for a subnet of the engine's choice.
    public var subnet: String?
    /// The part of the subnet automatic addresses come from; nil for all of it.
    public var ipRange: String?
    /// The host's address in it; nil for the first.
    public var gateway: String?
    /// Its labels.
    public var labels: [String: String]
    /// Without a way out of the host.
    public var `internal`: Bool
    /// The driver's options.
    public var options: [String: String]

    /// Makes a specification of a bridge network.
    public init(
        name: String, driver: String = "bridge", subnet: String? = nil, ipRange: String? = nil, gateway: String? = nil,
        labels: [String: String] = [:], internal: Bool = false, options: [String: String] = [:]
    ) {
        self.name = name
        self.driver = driver
        self.subnet = subnet
        self.ipRange = ipRange
        self.gateway = gateway
        self.labels = labels
        self.`internal` = `internal`
        self.options = options
    }
}

extension NetworkSpec: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name = "Name", driver = "Driver", ipam = "IPAM", labels = "Labels", `internal` = "Internal"
        case options = "Options"
    }

    /// Writes the body.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(driver, forKey: .driver)
        if subnet != nil || ipRange != nil || gateway != nil {
            let pool = IPAMPool(subnet: subnet, ipRange: ipRange, gateway: gateway)
            try values.encode(IPAM(config: [pool]), forKey: .ipam)
        }
        try values.encodeNonEmpty(labels, forKey: .labels)
        if `internal` { try values.encode(true, forKey: .`internal`) }
        try values.encodeNonEmpty(options, forKey: .options)
    }
}

/// The addresses of a network.
public struct IPAMPool: Sendable, Hashable, Codable {
    /// All of them, in CIDR form.
    public var subnet: String?
    /// Those given automatically, in CIDR form; nil for all.
    public var ipRange: String?
    /// The host's address among them.
    public var gateway: String?

    /// Makes a pool.
    public init(subnet: String? = nil, ipRange: String? = nil, gateway: String? = nil) {
        self.subnet = subnet
        self.ipRange = ipRange
        self.gateway = gateway
    }

    private enum CodingKeys: String, CodingKey {
        case subnet = "Subnet", ipRange = "IPRange", gateway = "Gateway"
    }
}

struct IPAM: Codable, Sendable {
    var config: [IPAMPool]?

    private enum CodingKeys: String, CodingKey {
        case config = "Config"
    }
}

/// One network (`GET /networks/{id}`); in lists `containers` is empty.
public struct NetworkInspect: Sendable, Equatable {
    /// The full id.
    public var id: String
    /// Its name.
    public var name: String
    /// Its driver.
    public var driver: String
    /// `local` or `swarm`.
    public var scope: String
    /// Without a way out of the host.
    public var `internal`: Bool
    /// Its labels.
    public var labels: [String: String]
    /// Its addresses.
    public var pools: [IPAMPool]
    /// The running containers joined to it, by container id.
    public var containers: [String: Member]

    /// A container's place in a network.
    public struct Member: Sendable, Equatable {
        /// The container's name.
        public var name: String
        /// Its address with the length of the network's prefix: `10.0.0.2/26`.
        public var ipv4Address: String
    }
}

extension NetworkInspect: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "Id", name = "Name", driver = "Driver", scope = "Scope", `internal` = "Internal", labels = "Labels"
        case ipam = "IPAM", containers = "Containers"
    }

    /// Reads the answer; anything but id and name may be missing.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = try values.decode(String.self, forKey: .name)
        driver = try values.value(.driver, default: "")
        scope = try values.value(.scope, default: "local")
        `internal` = try values.value(.`internal`, default: false)
        labels = try values.value(.labels, default: [:])
        pools = try values.decodeIfPresent(IPAM.self, forKey: .ipam)?.config ?? []
        containers = try values.value(.containers, default: [:])
    }
}

extension NetworkInspect.Member: Decodable {
    private enum CodingKeys: String, CodingKey {
        case name = "Name", ipv4Address = "IPv4Address"
    }

    /// Reads one of the network's `Containers`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.value(.name, default: "")
        ipv4Address = try values.value(.ipv4Address, default: "")
    }
}
