public import SystemPackage

/// Where else Cairn writes its registrations to: a registry outside, as the URL of a setting names it.
///
/// The schemes and what is written there follow those of Registrator, https://gliderlabs.github.io/registrator/; those
/// for etcd speak version 3, and `directory`, `exec` and `hosts` are Cairn's own.
public struct BackendURL: Sendable, Equatable, CustomStringConvertible {
    /// What kind of registry it is, and where it is.
    public enum Target: Sendable, Equatable {
        /// The agent of a Consul: `consul://host:port`, `consul-unix:///path`, `consul-tls://host:port`.
        case consul(Server)
        /// Consul's key-value store: `consulkv://host:port/prefix`, `consulkv-unix:///path:/prefix`.
        case consulKeyValue(Server, prefix: String)
        /// etcd's keys, `<prefix>/<name>/<id>`: `etcd://host:port/prefix`, `etcds://…` over TLS.
        case etcd(Server, prefix: String)
        /// SkyDNS records in etcd, which CoreDNS's etcd plugin reads too: `skydns2://host:port/domain`.
        case skyDNS(Server, domain: String)
        /// A directory with a JSON file for each instance: `directory:///path`.
        case directory(FilePath)
        /// A program that is run for each change: `exec:///path/to/program`.
        case program(FilePath)
        /// A block in a hosts file, see hosts(5): `hosts:///path/file`.
        case hosts(FilePath)
    }

    /// A server that is spoken to by HTTP.
    public struct Server: Sendable, Equatable {
        /// Where it listens.
        public enum Place: Sendable, Equatable {
            /// A name or an address (IPv6 without brackets), and a port.
            case network(host: String, port: Int)
            /// The path of a unix socket.
            case socket(FilePath)
        }

        /// Files in PEM form; nil for the system's roots, and for no certificate of the client's own.
        public struct Certificates: Sendable, Equatable {
            public var authority: FilePath?
            public var client: FilePath?
            public var key: FilePath?

            public init(authority: FilePath? = nil, client: FilePath? = nil, key: FilePath? = nil) {
                self.authority = authority
                self.client = client
                self.key = key
            }
        }

        public var place: Place
        /// Set when TLS is spoken.
        public var certificates: Certificates?
        /// What is sent as `X-Consul-Token`.
        public var token: String?

        public init(place: Place, certificates: Certificates? = nil, token: String? = nil) {
            self.place = place
            self.certificates = certificates
            self.token = token
        }
    }

    /// The URL as it was written; secrets are never part of it.
    public let text: String
    public let target: Target

    public var description: String { text }

    /// Whether this is a Consul that is reached where somebody on this host listens. Names of hosts but `localhost` are not
    /// looked up.
    public func isServer(at host: String, port: Int) -> Bool {
        let server: Server
        switch target {
        case .consul(let consul), .consulKeyValue(let consul, _): server = consul
        default: return false
        }
        guard case .network(let name, port) = server.place else { return false }
        let loopback = ["localhost", "127.0.0.1", "::1"]
        let isEverywhere = ["0.0.0.0", "::"].contains(host)
        return name == host || loopback.contains(name) && (isEverywhere || loopback.contains(host))
    }
}
