public import CairnCore

/// Where an instance of an app answers: the container's address and port. Never a name, so nginx resolves nothing.
public struct Endpoint: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let address: IPv4Address
    public let port: Int

    public init(address: IPv4Address, port: Int) {
        self.address = address
        self.port = port
    }

    /// `10.210.0.2:5000`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(parts[0]), let port = PortMapping.port(Substring(parts[1]))
        else { return nil }
        self.init(address: address, port: port)
    }

    public var description: String { "\(address):\(port)" }
    public static func < (left: Self, right: Self) -> Bool { (left.address, left.port) < (right.address, right.port) }
}

/// What a vhost asks the endpoint table for: the client's side of a port mapping, such as `http:80`. It stays the same
/// when containers, their ports and releases change.
public struct MappingKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let scheme: PortMapping.Scheme
    public let hostPort: Int

    public init(scheme: PortMapping.Scheme, hostPort: Int) {
        self.scheme = scheme
        self.hostPort = hostPort
    }

    public init(_ mapping: PortMapping) { self.init(scheme: mapping.scheme, hostPort: mapping.hostPort) }

    /// `http:80`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let scheme = PortMapping.Scheme(rawValue: String(parts[0])),
            let port = PortMapping.port(Substring(parts[1]))
        else { return nil }
        self.init(scheme: scheme, hostPort: port)
    }

    public var description: String { "\(scheme.rawValue):\(hostPort)" }
    public static func < (left: Self, right: Self) -> Bool {
        (left.hostPort, left.scheme.rawValue) < (right.hostPort, right.scheme.rawValue)
    }
}

extension PortMapping {
    /// The mapping's key in the endpoint table.
    public var key: MappingKey { MappingKey(self) }
}

/// The endpoints of every app by mapping: what the running nginx balances over.
///
/// As a file it is one line per mapping, `app scheme:port address:port…`, sorted, so that equal tables are equal files.
public struct EndpointTable: Sendable, Equatable {
    public var apps: [AppName: [MappingKey: [Endpoint]]]

    public init(_ apps: [AppName: [MappingKey: [Endpoint]]] = [:]) { self.apps = apps }

    /// The endpoints of an app; empty when the table does not know it.
    public subscript(app: AppName) -> [MappingKey: [Endpoint]] {
        get { apps[app] ?? [:] }
        set { apps[app] = newValue.isEmpty ? nil : newValue }
    }

    /// Reads the file's form. Lines that are not well-formed are left out: the file is derived, and whoever finds it
    /// damaged writes it anew from the rows.
    public init(parsing text: String) {
        apps = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let app = try? AppName(validating: String(words[0])), let key = MappingKey(words[1])
            else { continue }
            apps[app, default: [:]][key] = words.dropFirst(2).compactMap { Endpoint($0) }
        }
    }

    /// The file's form.
    public var text: String {
        var result = ""
        for (app, mappings) in apps.sorted(by: { $0.key < $1.key }) {
            for line in Self.lines(mappings) { result += "\(app) \(line)\n" }
        }
        return result
    }

    static func lines(_ mappings: [MappingKey: [Endpoint]]) -> [String] {
        mappings.sorted { $0.key < $1.key }.map { key, endpoints in
            ([key.description] + endpoints.map(\.description)).joined(separator: " ")
        }
    }
}
