import CairnCatalog
import CairnCore
import HTTPTypes

/// Who is let in.
///
/// On loopback no token is needed, so nothing but a program of this host may use it: a web page that a browser of this host
/// shows is kept out by the names in `Host` (a page's own name, made to point here by its DNS server) and by `Origin`.
struct Gate: Sendable {
    let needsToken: Bool
    private let digest: String?
    private let names: Set<String>

    init(listener: ConsulSettings.Listener, settings: ConsulSettings, ownNode: String) {
        needsToken = listener.needsToken
        digest = settings.token.map { SHA256.hexadecimal(Array($0.utf8)) }
        names = Set((["localhost", ownNode] + settings.hostNames).map { $0.lowercased() })
    }

    /// - Throws: 403 with the reason.
    func check(_ headers: HTTPFields, authority: String?, query: Query) throws(HTTPRefusal) {
        if needsToken { return try checkToken(headers, query) }
        // HTTP/1.0 has no such header; browsers always send it.
        if let authority, !isOwn(authority) {
            throw .forbidden(
                "Requests to '\(authority.excerpt())' are not answered here: use the address or the name of this host")
        }
        if let origin = headers[.origin], !isSame(origin, authority) {
            throw .forbidden("Requests of web pages of other sites are not answered")
        }
    }

    private func checkToken(_ headers: HTTPFields, _ query: Query) throws(HTTPRefusal) {
        guard let digest else {
            throw .forbidden("Permission denied: no token is set, so nobody is let in from outside this host")
        }
        guard let token = Self.token(headers, query) else {
            throw .forbidden("Permission denied: the token is missing (X-Consul-Token)")
        }
        guard Self.isEqual(digest, SHA256.hexadecimal(Array(token.utf8))) else {
            throw .forbidden("Permission denied: the token is wrong")
        }
    }

    private static func token(_ headers: HTTPFields, _ query: Query) -> String? {
        if let token = headers[.consulToken], !token.isEmpty { return token }
        if let header = headers[.authorization] {
            let words = header.split(separator: " ")
            if words.count == 2, words[0].lowercased() == "bearer" { return String(words[1]) }
        }
        return query["token"]
    }

    /// Takes as long for every pair of digests, so that time tells nothing of the token.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        var difference = UInt8(left.utf8.count == right.utf8.count ? 0 : 1)
        for (a, b) in zip(left.utf8, right.utf8) { difference |= a ^ b }
        return difference == 0
    }

    private func isOwn(_ authority: String) -> Bool {
        let host = Self.host(of: authority)
        // Colons only stand in IPv6 addresses, and what is only digits and dots is no name that DNS could move.
        let isIPv6 = host.contains(":") && host.utf8.allSatisfy { $0.isHexadecimal || ":.%".utf8.contains($0) }
        return isIPv6 || IPv4Address(host) != nil || names.contains(host.lowercased())
    }

    /// The name or address of `host:port`, without the brackets of an IPv6 address.
    private static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }

    private func isSame(_ origin: String, _ authority: String?) -> Bool {
        guard let authority, let scheme = origin.firstRange(of: "://") else { return false }
        return origin[scheme.upperBound...].lowercased() == authority.lowercased()
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
