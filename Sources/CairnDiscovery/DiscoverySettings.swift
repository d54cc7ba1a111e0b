/// The settings of discovery: rows of the namespace `discovery`, read into what they mean.
public struct DiscoverySettings: Sendable, Equatable {
    /// Where `discovery:set` keeps them.
    public static let namespace = "discovery"
    /// What names end with, beside `consul`, which clients of Consul ask for.
    public static let standardDomain = "cairn"
    /// Loopback, on the port of Consul's agents, and the gateway of the engine's own bridge, on the port that resolvers
    /// ask.
    public static let standardDNSListen = "127.0.0.1:8600 bridge:53"
    public static let standardHTTPListen = "127.0.0.1:8500"

    /// The values as they were set, by key; what is not there has its default.
    public let values: [String: String]

    public init(_ values: [String: String]) { self.values = values }

    public subscript(key: String) -> String? { values[key] }

    public func flag(_ key: String) -> Bool { values[key] == "true" }

    /// The parts of a value with blanks or commas between them.
    public func list(_ key: String, standard: String = "") -> [String] {
        (values[key] ?? standard).split { $0 == " " || $0 == "," }.map(String.init)
    }

    public func number(_ key: String, standard: Int) -> Int { values[key].flatMap(Int.init) ?? standard }

    /// The addresses of a setting to listen on: none for `off`. `bridge` is the gateway of the engine's own bridge, and is
    /// left out where there is none.
    public func addresses(_ key: String, standard: String) -> [String] {
        list(key, standard: standard).filter { $0 != "off" }.compactMap { text in
            guard text == "bridge" || text.hasPrefix("bridge:") else { return text }
            return HostInterfaces.bridgeGateway().map { "\($0)" + text.dropFirst("bridge".count) }
        }
    }

    public var domain: String { values["domain"] ?? Self.standardDomain }
}
