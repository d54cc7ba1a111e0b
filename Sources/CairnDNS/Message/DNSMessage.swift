import CairnCore

/// An answer as a client reads it.
public struct DNSMessage: Hashable, Sendable {
    public var id: UInt16
    var flags: DNSFlags
    public var code: DNSResponseCode
    public var questions: [DNSQuestion]
    public var answers: [DNSRecord]
    public var authority: [DNSRecord]
    public var additional: [DNSRecord]
    /// Whether the server speaks EDNS.
    public var hasExtension: Bool

    /// Whether the server knows it at first hand.
    public var isAuthoritative: Bool { flags.contains(.authoritative) }
    /// Whether something was left out for want of room; over TCP there is more.
    public var isTruncated: Bool { flags.contains(.truncated) }
    /// Whether the server would ask others for this client.
    public var isRecursionAvailable: Bool { flags.contains(.recursionAvailable) }

    /// What a message of 64 KiB can hold with the shortest records.
    private static let maximumRecords = 6000

    /// Reads an answer.
    ///
    /// - Throws: `DNSFormatError` when the bytes are none.
    public init(parsing bytes: [UInt8]) throws(DNSFormatError) {
        var reader = DNSReader(bytes)
        id = try reader.uint16()
        flags = DNSFlags(rawValue: try reader.uint16())
        guard flags.contains(.response) else { throw .badRecord }
        let counts = (try reader.uint16(), try reader.uint16(), try reader.uint16(), try reader.uint16())
        guard counts.0 <= 1, Int(counts.1) + Int(counts.2) + Int(counts.3) <= Self.maximumRecords else {
            throw .tooManyRecords
        }
        questions = []
        for _ in 0..<counts.0 {
            questions.append(
                DNSQuestion(
                    name: try reader.name(), type: DNSRecordType(rawValue: try reader.uint16()),
                    recordClass: try reader.uint16()))
        }
        var extensionTTL: UInt32?
        answers = try Self.records(counts.1, from: &reader, opt: &extensionTTL)
        authority = try Self.records(counts.2, from: &reader, opt: &extensionTTL)
        additional = try Self.records(counts.3, from: &reader, opt: &extensionTTL)
        guard reader.isAtEnd else { throw .trailingBytes }
        hasExtension = extensionTTL != nil
        code = DNSResponseCode(rawValue: flags.rawValue & 0xf | UInt16((extensionTTL ?? 0) >> 24) << 4)
    }

    private static func records(
        _ count: UInt16, from reader: inout DNSReader, opt: inout UInt32?
    ) throws(DNSFormatError) -> [DNSRecord] {
        var records: [DNSRecord] = []
        for _ in 0..<count {
            let name = try reader.name()
            let type = DNSRecordType(rawValue: try reader.uint16())
            _ = try reader.uint16()
            let ttl = try reader.uint32()
            let length = Int(try reader.uint16())
            let end = reader.offset + length
            guard end <= reader.bytes.count else { throw .truncated }
            let value = try reader.value(of: type, length: length)
            guard reader.offset == end else { throw .badRecord }
            if type == .opt {
                opt = ttl
            } else {
                records.append(DNSRecord(name: name, ttl: ttl, value: value))
            }
        }
        return records
    }
}

extension DNSReader {
    fileprivate mutating func value(
        of type: DNSRecordType, length: Int
    ) throws(DNSFormatError) -> DNSRecord.Value {
        switch type {
        case .a: return .a(.init(bits: try uint32()))
        case .aaaa: return .aaaa(IPv6Address(high: try uint64(), low: try uint64()))
        case .ns: return .ns(try name())
        case .ptr: return .ptr(try name())
        case .cname: return .cname(try name())
        case .srv:
            return .srv(
                priority: try uint16(), weight: try uint16(), port: try uint16(), target: try name())
        case .soa:
            return .soa(
                DNSRecord.StartOfAuthority(
                    server: try name(), mailbox: try name(), serial: try uint32(), refresh: try uint32(),
                    retry: try uint32(), expire: try uint32(), minimum: try uint32()))
        case .txt:
            let end = offset + length
            var texts: [[UInt8]] = []
            while offset < end { texts.append(Array(try take(Int(try byte())))) }
            return .txt(texts)
        default: return .other(type, Array(try take(length)))
        }
    }
}
