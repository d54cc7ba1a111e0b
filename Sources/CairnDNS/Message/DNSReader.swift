/// Why bytes are no DNS message.
public enum DNSFormatError: Error, Hashable, Sendable {
    /// The bytes end inside something.
    case truncated
    /// A name is longer than 255 bytes, or a label's length has no meaning (RFC 1035 section 4.1.4).
    case badName
    /// A name goes on at a place that is not before it, as in a loop.
    case badPointer
    /// A record does not have the form of its type.
    case badRecord
    /// More records than anybody has a reason to send.
    case tooManyRecords
    /// Something follows the last record.
    case trailingBytes
}

/// Reads the parts of a message one after the other. Every read is checked against the bytes that are there.
struct DNSReader {
    let bytes: [UInt8]
    private(set) var offset: Int

    /// The length of a message's header.
    static let headerLength = 12

    init(_ bytes: [UInt8], at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    var isAtEnd: Bool { offset >= bytes.count }

    mutating func byte() throws(DNSFormatError) -> UInt8 {
        guard offset < bytes.count else { throw .truncated }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func uint16() throws(DNSFormatError) -> UInt16 {
        guard offset + 2 <= bytes.count else { throw .truncated }
        defer { offset += 2 }
        return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    mutating func uint32() throws(DNSFormatError) -> UInt32 { UInt32(try uint16()) << 16 | UInt32(try uint16()) }

    mutating func uint64() throws(DNSFormatError) -> UInt64 { UInt64(try uint32()) << 32 | UInt64(try uint32()) }

    mutating func take(_ count: Int) throws(DNSFormatError) -> ArraySlice<UInt8> {
        guard count >= 0, offset + count <= bytes.count else { throw .truncated }
        defer { offset += count }
        return bytes[offset..<(offset + count)]
    }

    /// A name, with what it shares with earlier ones put in.
    mutating func name() throws(DNSFormatError) -> DNSName {
        var wire: [UInt8] = []
        wire.reserveCapacity(64)
        // Where the bytes after the name begin, once a pointer has led elsewhere.
        var end: Int?
        // A pointer has to lead before the place where this part began. So it ends, however it is knotted.
        var partStart = offset
        while true {
            let length = try byte()
            switch length {
            case 0:
                wire.append(0)
                offset = end ?? offset
                return DNSName(wire: wire)
            case 1...63:
                // One byte more for the root.
                guard wire.count + Int(length) + 2 <= DNSName.maximumLength else { throw .badName }
                wire.append(length)
                wire.append(contentsOf: try take(Int(length)))
            case 0xc0...:
                let target = Int(length & 0x3f) << 8 | Int(try byte())
                guard target >= Self.headerLength, target < partStart else { throw .badPointer }
                end = end ?? offset
                (offset, partStart) = (target, target)
            default: throw .badName
            }
        }
    }
}
