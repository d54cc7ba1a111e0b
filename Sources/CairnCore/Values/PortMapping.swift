/// How nginx serves an app on a host port: `http:80:5000` sends what arrives on port 80 to port 5000 of the containers.
public struct PortMapping: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// What clients speak to the host port.
    public enum Scheme: String, Sendable, Codable, CaseIterable { case http, https, grpc, grpcs }

    /// What clients speak.
    public let scheme: Scheme
    /// Where nginx listens, 1 to 65535.
    public let hostPort: Int
    /// Where the instances listen, 1 to 65535.
    public let containerPort: Int

    /// A mapping of known parts; `init(parsing:)` checks text.
    public init(scheme: Scheme, hostPort: Int, containerPort: Int) {
        self.scheme = scheme
        self.hostPort = hostPort
        self.containerPort = containerPort
    }

    /// - Throws: `E-INVALID-VALUE` unless the text is `scheme:host-port:container-port`.
    public init(parsing text: String) throws(CairnError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw Self.error(text, "it has \(parts.count) part\(parts.count == 1 ? "" : "s"), not three")
        }
        guard let scheme = Scheme(rawValue: String(parts[0])) else {
            throw Self.error(text, "the scheme is one of http, https, grpc and grpcs")
        }
        guard let hostPort = Self.port(parts[1]), let containerPort = Self.port(parts[2]) else {
            throw Self.error(text, "ports are whole numbers from 1 to 65535")
        }
        self.init(scheme: scheme, hostPort: hostPort, containerPort: containerPort)
    }

    /// A port number in digits, 1 to 65535.
    public static func port(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy(\.isASCIIDigit), let port = Int(text), (1...65535).contains(port) else { return nil }
        return port
    }

    private static func error(_ text: String, _ reason: String) -> CairnError {
        CairnError(
            .invalidValue, "Invalid port map \(text.excerpt()): \(reason)",
            hint: "Write it as scheme:host-port:container-port, such as 'http:80:5000'.")
    }

    public var description: String { "\(scheme.rawValue):\(hostPort):\(containerPort)" }
    /// Whether clients speak TLS to this port.
    public var isTLS: Bool { scheme == .https || scheme == .grpcs }

    public static func < (left: Self, right: Self) -> Bool {
        (left.scheme.rawValue, left.hostPort, left.containerPort)
            < (right.scheme.rawValue, right.hostPort, right.containerPort)
    }
}
