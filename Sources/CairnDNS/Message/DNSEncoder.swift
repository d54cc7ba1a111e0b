import CairnCore

/// Writes a message, each name only as far as it has not been written before (RFC 1035 section 4.1.4).
struct DNSEncoder {
    private(set) var bytes: [UInt8] = []
    /// How long the message may become.
    var limit: Int
    /// Where the ends of names stand, in lower case.
    private var places: [ArraySlice<UInt8>: UInt16] = [:]
    private var question: DNSName?

    init(limit: Int) {
        self.limit = limit
        bytes.reserveCapacity(512)
    }

    /// The counts are set when all is written.
    mutating func header(id: UInt16, flags: DNSFlags) {
        append(id)
        append(flags.rawValue)
        bytes.append(contentsOf: [0, 0, 0, 0, 0, 0, 0, 0])
    }

    mutating func setFlags(_ flags: DNSFlags) { set(flags.rawValue, at: 2) }

    /// Sets how many records follow the header; `section` counts from 0, the questions.
    mutating func setCount(_ count: Int, of section: Int) {
        set(UInt16(truncatingIfNeeded: count), at: 4 + 2 * section)
    }

    /// The first thing after the header.
    mutating func question(_ question: DNSQuestion) {
        self.question = question.name
        append(question.name, compressed: true)
        append(question.type.rawValue)
        append(question.recordClass)
    }

    /// - Returns: false, with nothing written, when there is no room.
    mutating func record(_ record: DNSRecord) -> Bool {
        let start = bytes.count
        append(record.name, compressed: true)
        append(record.type.rawValue)
        append(DNSQuestion.internet)
        append(record.ttl)
        let length = bytes.count
        append(UInt16(0))
        append(record.value)
        guard bytes.count <= limit, bytes.count - length - 2 <= Int(UInt16.max) else {
            bytes.removeSubrange(start...)
            // Names that began there are gone.
            places = places.filter { Int($0.value) < start }
            return false
        }
        set(UInt16(bytes.count - length - 2), at: length)
        return true
    }

    /// What the server says of itself (RFC 6891 section 6.1.2), whatever the limit: its 11 bytes are reserved.
    mutating func opt(payloadSize: Int, code: DNSResponseCode) {
        bytes.append(0)
        append(DNSRecordType.opt.rawValue)
        append(UInt16(truncatingIfNeeded: payloadSize))
        append(UInt32(code.rawValue >> 4) << 24)
        append(UInt16(0))
    }

    static let optLength = 11

    private mutating func append(_ value: DNSRecord.Value) {
        switch value {
        case .a(let address): append(address.bits)
        case .aaaa(let address):
            for half in [address.high, address.low] {
                append(UInt32(truncatingIfNeeded: half >> 32))
                append(UInt32(truncatingIfNeeded: half))
            }
        case .srv(let priority, let weight, let port, let target):
            for number in [priority, weight, port] { append(number) }
            // RFC 2782: the target is not compressed. Later names may point into it.
            append(target, compressed: false)
        case .txt(let texts):
            for text in texts {
                bytes.append(UInt8(truncatingIfNeeded: min(text.count, 255)))
                bytes.append(contentsOf: text.prefix(255))
            }
        case .ns(let name), .ptr(let name), .cname(let name): append(name, compressed: true)
        case .soa(let soa):
            append(soa.server, compressed: true)
            append(soa.mailbox, compressed: true)
            for number in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] { append(number) }
        case .other(_, let data): bytes.append(contentsOf: data)
        }
    }

    private mutating func append(_ name: DNSName, compressed: Bool) {
        // By far the most names are the question's.
        if compressed, bytes.count > DNSReader.headerLength, name.wire == question?.wire, name != .root {
            return append(0xc000 | UInt16(DNSReader.headerLength))
        }
        let key = name.wire.map(\.lowercasedASCII)
        for offset in name.labelOffsets {
            if compressed, let place = places[key[offset...]] {
                return append(0xc000 | place)
            }
            // A pointer has 14 bits.
            if bytes.count < 0x4000, places[key[offset...]] == nil {
                places[key[offset...]] = UInt16(bytes.count)
            }
            bytes.append(contentsOf: name.wire[offset...(offset + Int(name.wire[offset]))])
        }
        bytes.append(0)
    }

    private mutating func append(_ number: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: number >> 8))
        bytes.append(UInt8(truncatingIfNeeded: number))
    }

    private mutating func append(_ number: UInt32) {
        append(UInt16(truncatingIfNeeded: number >> 16))
        append(UInt16(truncatingIfNeeded: number))
    }

    private mutating func set(_ number: UInt16, at offset: Int) {
        bytes[offset] = UInt8(truncatingIfNeeded: number >> 8)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: number)
    }
}
