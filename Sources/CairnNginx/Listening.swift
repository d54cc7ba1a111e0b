import CairnCore

/// An address and port nginx listens on, as its `listen` directive writes it: `80`, `10.0.0.1:80`, `[::]:80`.
struct ListenSocket: Hashable, Comparable, CustomStringConvertible, Sendable {
    let description: String

    init(ipv4: String, port: Int) { description = ipv4.isEmpty ? "\(port)" : "\(ipv4):\(port)" }
    init(ipv6: String, port: Int) { description = "[\(ipv6)]:\(port)" }
    init(parsing text: Substring) { description = String(text) }

    static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    /// The sockets of a host port for an app with these settings.
    static func sockets(port: Int, settings: NginxSettings, ipv6: Bool) -> [ListenSocket] {
        var result = [ListenSocket(ipv4: settings[.bindAddressIPv4], port: port)]
        if ipv6 { result.append(ListenSocket(ipv6: settings[.bindAddressIPv6], port: port)) }
        return result
    }
}

/// What clients speak on a socket. All servers of a socket must agree: nginx applies `ssl` and (before 1.25.1) `http2`
/// to the socket, not to the server that says so.
enum Transport: String, Sendable {
    case plain
    /// HTTP/2 without TLS, for `grpc`; an HTTP/1 client cannot use such a socket.
    case http2
    case tls

    init(_ scheme: PortMapping.Scheme) {
        switch scheme {
        case .http: self = .plain
        case .grpc: self = .http2
        case .https, .grpcs: self = .tls
        }
    }

    /// What follows the address in `listen`.
    func options(_ version: NginxVersion) -> String {
        switch self {
        case .plain: ""
        case .http2: version.hasHTTP2Directive ? "" : " http2"
        case .tls: version.hasHTTP2Directive ? " ssl" : " ssl http2"
        }
    }

    /// Whether a server on the socket needs the directive `http2 on;`.
    func needsHTTP2Directive(_ version: NginxVersion) -> Bool { self != .plain && version.hasHTTP2Directive }
}

/// nginx's version, for the few directives that depend on it.
struct NginxVersion: Comparable, Sendable {
    let parts: [Int]

    /// Reads `nginx version: nginx/1.22.1`; a text without a version counts as very old.
    init(parsing text: String) {
        let number = text.split(separator: "/").dropFirst().first?.prefix { $0.isNumber || $0 == "." } ?? ""
        parts = number.split(separator: ".").compactMap { Int($0) }
    }

    init(_ parts: Int...) { self.parts = parts }

    /// `http2` is a directive of its own since 1.25.1 (https://nginx.org/en/docs/http/ngx_http_v2_module.html).
    var hasHTTP2Directive: Bool { self >= NginxVersion(1, 25, 1) }

    static func < (left: Self, right: Self) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
}
