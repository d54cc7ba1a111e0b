/// The type of a record, or of a question (https://www.iana.org/assignments/dns-parameters).
public struct DNSRecordType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An IPv4 address.
    public static let a = Self(rawValue: 1)
    /// A name server of a zone.
    public static let ns = Self(rawValue: 2)
    /// The true name of an alias.
    public static let cname = Self(rawValue: 5)
    /// The start of a zone.
    public static let soa = Self(rawValue: 6)
    /// The name of an address.
    public static let ptr = Self(rawValue: 12)
    public static let mx = Self(rawValue: 15)
    public static let txt = Self(rawValue: 16)
    /// An IPv6 address (RFC 3596).
    public static let aaaa = Self(rawValue: 28)
    /// Where a service is: host and port (RFC 2782).
    public static let srv = Self(rawValue: 33)
    /// No record: what a client says of itself (RFC 6891).
    public static let opt = Self(rawValue: 41)
    /// A whole zone's changes (RFC 1995); refused.
    public static let ixfr = Self(rawValue: 251)
    /// A whole zone (RFC 5936); refused.
    public static let axfr = Self(rawValue: 252)
    /// Whatever there is (RFC 8482).
    public static let any = Self(rawValue: 255)

    private static let names: [Self: String] = [
        .a: "A", .ns: "NS", .cname: "CNAME", .soa: "SOA", .ptr: "PTR", .mx: "MX", .txt: "TXT", .aaaa: "AAAA",
        .srv: "SRV", .opt: "OPT", .ixfr: "IXFR", .axfr: "AXFR", .any: "ANY",
    ]

    /// The type with that name, in any case, or `TYPE` and its number (RFC 3597); nil for anything else.
    public init?(name: some StringProtocol) {
        let name = name.uppercased()
        if let known = Self.names.first(where: { $0.value == name })?.key {
            self = known
        } else if name.hasPrefix("TYPE"), let number = UInt16(name.dropFirst(4)) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    public var description: String { Self.names[self] ?? "TYPE\(rawValue)" }
}

/// What an answer says of the question (https://www.iana.org/assignments/dns-parameters).
public struct DNSResponseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// There is an answer, or the name exists and has no such records.
    public static let noError = Self(rawValue: 0)
    /// The query is not well formed.
    public static let formatError = Self(rawValue: 1)
    /// Whoever should know did not say.
    public static let serverFailure = Self(rawValue: 2)
    /// The name does not exist.
    public static let nameError = Self(rawValue: 3)
    /// The kind of query is unknown here.
    public static let notImplemented = Self(rawValue: 4)
    /// This server does not answer that, or not to that client.
    public static let refused = Self(rawValue: 5)
    /// The version of EDNS is unknown here (RFC 6891 section 6.1.3).
    public static let badVersion = Self(rawValue: 16)

    private static let names: [Self: String] = [
        .noError: "NOERROR", .formatError: "FORMERR", .serverFailure: "SERVFAIL", .nameError: "NXDOMAIN",
        .notImplemented: "NOTIMP", .refused: "REFUSED", .badVersion: "BADVERS",
    ]

    public var description: String { Self.names[self] ?? "RCODE\(rawValue)" }
}
