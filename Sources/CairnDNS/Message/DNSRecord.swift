public import CairnCore

/// A record: something that is known of a name (RFC 1035 section 3.2).
public struct DNSRecord: Hashable, Sendable, CustomStringConvertible {
    /// What is known.
    public enum Value: Hashable, Sendable {
        case a(IPv4Address)
        case aaaa(IPv6Address)
        /// RFC 2782. Of several, those of the lowest priority are used, each as often as its weight says.
        case srv(priority: UInt16, weight: UInt16, port: UInt16, target: DNSName)
        /// Texts of at most 255 bytes each.
        case txt([[UInt8]])
        case ns(DNSName)
        case ptr(DNSName)
        case cname(DNSName)
        case soa(StartOfAuthority)
        /// Whatever this module has no words for.
        case other(DNSRecordType, [UInt8])
    }

    /// What a zone says of itself; times are seconds (RFC 1035 section 3.3.13).
    public struct StartOfAuthority: Hashable, Sendable {
        public var server: DNSName
        /// The mail address of who looks after the zone, its `@` written as a dot.
        public var mailbox: DNSName
        public var serial: UInt32
        public var refresh: UInt32
        public var retry: UInt32
        public var expire: UInt32
        /// How long one may remember that something does not exist (RFC 2308).
        public var minimum: UInt32
    }

    public var name: DNSName
    /// How many seconds one may remember it; 0 is not at all.
    public var ttl: UInt32
    public var value: Value

    public init(name: DNSName, ttl: UInt32, value: Value) {
        self.name = name
        self.ttl = ttl
        self.value = value
    }

    public var type: DNSRecordType {
        switch value {
        case .a: .a
        case .aaaa: .aaaa
        case .srv: .srv
        case .txt: .txt
        case .ns: .ns
        case .ptr: .ptr
        case .cname: .cname
        case .soa: .soa
        case .other(let type, _): type
        }
    }

    /// The record's value as in a zone file.
    public var text: String {
        switch value {
        case .a(let address): address.description
        case .aaaa(let address): address.description
        case .srv(let priority, let weight, let port, let target): "\(priority) \(weight) \(port) \(target)"
        case .txt(let texts):
            texts.map { "\"" + $0.map { $0 == 0x20 ? " " : $0.asTextInQuotes }.joined() + "\"" }.joined(separator: " ")
        case .ns(let name), .ptr(let name), .cname(let name): name.description
        case .soa(let soa):
            "\(soa.server) \(soa.mailbox) \(soa.serial) \(soa.refresh) \(soa.retry) \(soa.expire) \(soa.minimum)"
        case .other(_, let bytes): "\\# \(bytes.count) " + bytes.map { String($0, radix: 16) }.joined(separator: " ")
        }
    }

    /// A line of a zone file.
    public var description: String { "\(name) \(ttl) IN \(type) \(text)" }
}

extension UInt8 {
    fileprivate var asTextInQuotes: String {
        switch self {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "."): "."
        default: asDNSText
        }
    }
}
