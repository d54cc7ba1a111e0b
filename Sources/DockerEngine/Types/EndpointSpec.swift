/// How a container is joined to a network.
public struct EndpointSpec: Sendable, Equatable {
    /// The fixed IPv4 address, which must be in the network's subnet and outside its range for automatic addresses to be
    /// safe from them; nil for an automatic one.
    public var ipv4Address: String?
    /// Further names under which the other containers of the network find it.
    public var aliases: [String]

    /// Makes an endpoint.
    public init(ipv4Address: String? = nil, aliases: [String] = []) {
        self.ipv4Address = ipv4Address
        self.aliases = aliases
    }
}

extension EndpointSpec: Encodable {
    private enum CodingKeys: String, CodingKey {
        case ipamConfig = "IPAMConfig", aliases = "Aliases"
    }

    private enum AddressKeys: String, CodingKey {
        case ipv4Address = "IPv4Address"
    }

    /// Writes the engine's `EndpointSettings`.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        if let ipv4Address {
            var addresses = values.nestedContainer(keyedBy: AddressKeys.self, forKey: .ipamConfig)
            try addresses.encode(ipv4Address, forKey: .ipv4Address)
        }
        try values.encodeNonEmpty(aliases, forKey: .aliases)
    }
}
