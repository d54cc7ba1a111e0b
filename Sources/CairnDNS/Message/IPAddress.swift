public import CairnCore

/// An address of either family.
public enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    case v4(IPv4Address)
    case v6(IPv6Address)

    /// Reads either text form; nil for anything else, a host's name among them.
    public init?(_ text: some StringProtocol) {
        if let bits = Self.version4(String(text)) {
            self = .v4(IPv4Address(bits: bits))
        } else if let address = IPv6Address(text) {
            self = IPAddress(address)
        } else {
            return nil
        }
    }

    /// What `IPv4Address` reads, without a substring for each number: half the work of an answer was in those.
    private static func version4(_ text: String) -> UInt32? {
        var bits: UInt32 = 0
        var number: UInt32 = 0
        var (digits, dots) = (0, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), digits > 0, dots < 3 {
                bits = bits << 8 | number
                (number, digits, dots) = (0, 0, dots + 1)
            } else if (0x30...0x39).contains(byte), digits == 0 || number > 0 {
                number = number * 10 + UInt32(byte - 0x30)
                digits += 1
                guard number <= 255 else { return nil }
            } else {
                return nil
            }
        }
        return dots == 3 && digits > 0 ? bits << 8 | number : nil
    }

    /// What a socket for both families shows as `::ffff:a.b.c.d` is the IPv4 address (RFC 4291 section 2.5.5.2).
    init(_ address: IPv6Address) {
        self =
            address.high == 0 && address.low >> 32 == 0xffff
            ? .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: address.low))) : .v6(address)
    }

    /// Whether only the host itself has it.
    public var isLoopback: Bool {
        switch self {
        case .v4(let address): address.bits >> 24 == 127
        case .v6(let address): address.high == 0 && address.low == 1
        }
    }

    /// Whether it stands for no address at all, as in "listen everywhere".
    public var isUnspecified: Bool {
        switch self {
        case .v4(let address): address.bits == 0
        case .v6(let address): address.high == 0 && address.low == 0
        }
    }

    /// Whether it is not routed on the Internet: RFC 1918, the shared block of RFC 6598, link-local addresses, unique
    /// local ones (RFC 4193), loopback.
    public var isPrivate: Bool {
        switch self {
        case .v4(let address):
            isLoopback
                || Self.privateBlocks.contains { address.bits & (UInt32.max << (32 - $0.prefix)) == $0.base }
        case .v6(let address): isLoopback || address.high >> 57 == 0xfc >> 1 || address.high >> 54 == 0xfe80 >> 6
        }
    }

    private static let privateBlocks: [(base: UInt32, prefix: UInt32)] = [
        (0x0a00_0000, 8), (0xac10_0000, 12), (0xc0a8_0000, 16), (0x6440_0000, 10), (0xa9fe_0000, 16),
    ]

    /// The address in hexadecimal digits, 8 or 32: the label under which `addr` names it.
    var hexadecimal: String {
        switch self {
        case .v4(let address): Self.padded(UInt64(address.bits), to: 8)
        case .v6(let address): Self.padded(address.high, to: 16) + Self.padded(address.low, to: 16)
        }
    }

    /// The address that 8 or 32 hexadecimal digits stand for.
    init?(hexadecimal text: String) {
        guard text.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66) }) else {
            return nil
        }
        if text.utf8.count == 8, let bits = UInt32(text, radix: 16) {
            self = .v4(IPv4Address(bits: bits))
        } else if text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        {
            self = .v6(IPv6Address(high: high, low: low))
        } else {
            return nil
        }
    }

    private static func padded(_ number: UInt64, to count: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: count - digits.utf8.count) + digits
    }

    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}
