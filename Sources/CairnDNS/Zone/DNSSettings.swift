public import CairnCore

/// How names are answered and who is served.
public struct DNSSettings: Sendable, Equatable {
    /// What all names end with. Each holds the same names; an answer stays in the domain that was asked.
    public let domains: [DNSName]
    /// What stands for the place in names, as in `web.service.dc1.consul`.
    public let datacenter: String
    /// How long an answer about a service may be remembered, in seconds, by the service's name in lower case, by the
    /// beginning of names and a `*`, or by `*` alone. The longest that fits counts; with none it is 0.
    public var serviceTTL: [String: UInt32] = [:]
    /// The same for nodes.
    public var nodeTTL: UInt32 = 0
    /// Leaves out what is in the state of warning, which is otherwise found.
    public var onlyPassing = false
    /// Says of a service of which nothing is healthy that it does not exist, as Consul does. The default says that
    /// there is no address just now, because resolvers remember that a name does not exist.
    public var isStrict = false
    /// How many records an answer over UDP to a client without EDNS has at most; 0 for as many as there is room for.
    public var udpAnswerLimit = 0
    /// Tells the client when something was left out of an answer, so that it asks again over TCP.
    public var marksTruncation = true
    /// The longest answer over UDP, in bytes, whatever a client says it takes.
    public var maximumPayload = 4096
    /// Who is asked about other names, in that order; nobody is by default.
    public var recursors: [DNSListenAddress] = []
    /// How long each of them has to answer.
    public var recursorTimeout: Duration = .seconds(2)
    /// What one client may ask; nil for no limit.
    public var rateLimit: RateLimit? = RateLimit()
    /// What connections may do.
    public var connections = ConnectionLimits()

    /// How often one address (of IPv6: one block of 64 bits) may ask.
    public struct RateLimit: Sendable, Equatable {
        /// Queries in a second.
        public var perSecond: Int
        /// How many at once, after a silence.
        public var burst: Int
        /// The host may ask as often as it likes.
        public var exemptsLoopback = true

        public init(perSecond: Int = 2000, burst: Int = 10_000) {
            self.perSecond = perSecond
            self.burst = burst
        }
    }

    /// What clients over TCP may do (RFC 7766 section 6.2).
    public struct ConnectionLimits: Sendable, Equatable {
        public var maximum = 512
        public var perSource = 64
        /// The longest time without a whole query.
        public var idle: Duration = .seconds(10)
        /// How many queries a connection may make before it is closed.
        public var queries = 10_000

        public init() {}
    }

    /// `cairn` and `consul`, and every other value as documented.
    public static let standard = DNSSettings(
        unchecked: ["cairn", "consul"].compactMap { DNSName($0) }, datacenter: "dc1")

    private init(unchecked domains: [DNSName], datacenter: String) {
        self.domains = domains
        self.datacenter = datacenter
    }

    /// Settings with those domains and that datacenter; everything else is set afterwards.
    ///
    /// - Throws: `E-INVALID-VALUE` for no domain, for one that is none or cannot be served, and for a datacenter that is
    ///   no label.
    public init(domains: [String], datacenter: String = "dc1") throws(CairnError) {
        guard !domains.isEmpty else {
            throw CairnError(
                .invalidValue, "no domain is given for DNS", hint: "Name at least one, such as 'cairn'.")
        }
        var names: [DNSName] = []
        for domain in domains {
            let name = try Self.domain(domain)
            if !names.contains(name) { names.append(name) }
        }
        guard Self.isLabel(datacenter), !Self.keywords.contains(datacenter.lowercased()) else {
            throw CairnError(
                .invalidValue, "'\(datacenter.excerpt())' is not a name for a datacenter",
                hint: "Use up to 63 letters, digits and dashes, such as 'dc1'.")
        }
        self.init(unchecked: names, datacenter: datacenter.lowercased())
    }

    /// The words that say what a name is about, which therefore name nothing themselves.
    static let keywords: Set<String> = ["service", "node", "addr", "dc", "connect", "query", "ingress", "virtual"]

    private static func domain(_ text: String) throws(CairnError) -> DNSName {
        let text = text.lowercased()
        let labels = (text.hasSuffix(".") ? text.dropLast() : text[...]).split(
            separator: ".", omittingEmptySubsequences: false)
        // Room for the longest names under it; names of addresses have a place of their own.
        guard labels.allSatisfy(isLabel), labels.last != "arpa", let name = DNSName(labels: labels),
            name.wire.count <= 128, IPAddress(text) == nil
        else {
            throw CairnError(
                .invalidValue, "'\(text.excerpt())' is not a domain that can be served",
                hint: "Use labels of letters, digits and dashes with dots between, such as 'cairn' or 'apps.internal'.")
        }
        return name
    }

    /// Whether the text is a label of a host's name (RFC 1123 section 2.1).
    static func isLabel(_ text: some StringProtocol) -> Bool {
        (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == UInt8(ascii: "-")
            }
    }

    /// How long an answer about the service may be remembered, in seconds.
    func ttl(ofService name: String) -> UInt32 {
        guard !serviceTTL.isEmpty else { return 0 }
        let name = name.lowercased()
        if let exact = serviceTTL[name] { return exact }
        let patterns = serviceTTL.filter { $0.key.hasSuffix("*") && name.hasPrefix($0.key.dropLast()) }
        return patterns.max { $0.key.utf8.count < $1.key.utf8.count }?.value ?? 0
    }
}
