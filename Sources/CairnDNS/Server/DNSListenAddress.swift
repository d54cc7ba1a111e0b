public import CairnCore

/// A place where a server listens, or where another server is asked: `127.0.0.1:8600`, `[::1]:8600`.
public struct DNSListenAddress: Hashable, Sendable, CustomStringConvertible {
    public var host: IPAddress
    /// 0 lets the system choose a free one.
    public var port: Int

    /// DNS's own port (RFC 1035 section 4.2).
    public static let standardPort = 53

    public init(host: IPAddress, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads an address, with a port or without: then it is 53.
    ///
    /// - Throws: `E-INVALID-VALUE`. Names are not taken: they would have to be looked up first.
    public init(parsing text: String) throws(CairnError) {
        guard let (host, port) = Self.split(text), let address = IPAddress(host), (0...65535).contains(port) else {
            throw CairnError(
                .invalidValue, "'\(text.excerpt())' is not an address of a DNS server",
                hint: "Write an IP address and a port, such as '127.0.0.1:8600' or '[::1]:8600'.")
        }
        self.init(host: address, port: port)
    }

    private static func split(_ text: String) -> (host: Substring, port: Int)? {
        if IPAddress(text) != nil { return (text[...], standardPort) }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let (host, digits) = (text[..<colon], text[text.index(after: colon)...])
        if text.hasPrefix("["), text.hasSuffix("]") { return (text.dropFirst().dropLast(), standardPort) }
        // Int reads a sign too.
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits) else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { return (host.dropFirst().dropLast(), port) }
        return host.utf8.contains(UInt8(ascii: ":")) ? nil : (host, port)
    }

    public var description: String {
        if case .v6 = host { "[\(host)]:\(port)" } else { "\(host):\(port)" }
    }
}
