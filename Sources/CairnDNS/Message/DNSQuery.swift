/// What is asked.
public struct DNSQuestion: Hashable, Sendable {
    public var name: DNSName
    public var type: DNSRecordType
    /// 1 is the Internet; nothing else is answered.
    public var recordClass: UInt16

    static let internet: UInt16 = 1

    public init(name: DNSName, type: DNSRecordType) {
        self.name = name
        self.type = type
        recordClass = Self.internet
    }

    init(name: DNSName, type: DNSRecordType, recordClass: UInt16) {
        self.name = name
        self.type = type
        self.recordClass = recordClass
    }
}

/// The bits of a message's third and fourth byte (RFC 1035 section 4.1.1).
struct DNSFlags: OptionSet, Hashable, Sendable {
    let rawValue: UInt16

    static let response = Self(rawValue: 0x8000)
    static let authoritative = Self(rawValue: 0x0400)
    static let truncated = Self(rawValue: 0x0200)
    static let recursionDesired = Self(rawValue: 0x0100)
    static let recursionAvailable = Self(rawValue: 0x0080)
    static let checkingDisabled = Self(rawValue: 0x0010)

    var opcode: UInt16 { rawValue >> 11 & 0xf }

    /// What an answer repeats of a query (RFC 1035, RFC 4035 section 3.1.6).
    var echoed: DNSFlags { intersection([.recursionDesired, .checkingDisabled, DNSFlags(rawValue: 0x7800)]) }
}

/// A query that is well formed.
struct DNSQuery: Hashable, Sendable {
    /// What the client says of itself by EDNS (RFC 6891).
    struct Extension: Hashable, Sendable {
        var version: UInt8
        /// How long an answer over UDP it takes, in bytes.
        var payloadSize: Int
    }

    var id: UInt16
    var flags: DNSFlags
    var question: DNSQuestion
    var edns: Extension?
}

/// What a server makes of bytes that come in.
enum DNSQueryReading: Hashable, Sendable {
    case query(DNSQuery)
    /// It is answered with that code and nothing else.
    case faulty(id: UInt16, flags: DNSFlags, DNSResponseCode)
    /// It is not answered: too short to hold an id, or itself an answer, so that two servers never talk for ever.
    case none
}
