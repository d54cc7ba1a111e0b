/// An IPv4 address.
public struct IPv4Address: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The address as a number, most significant byte first.
    public let bits: UInt32

    /// The address with that number.
    public init(bits: UInt32) { self.bits = bits }

    /// Four decimal numbers between dots; nil for anything else. No leading zeros: some programs read those as octal.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(\.isASCIIDigit), let byte = UInt8(part),
                part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0")
            else { return nil }
            bits = bits << 8 | UInt32(byte)
        }
        self.bits = bits
    }

    public var description: String {
        [24, 16, 8, 0].map { String(bits >> UInt32($0) & 0xff) }.joined(separator: ".")
    }
    public static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
}

/// A block of IPv4 addresses in CIDR notation (RFC 4632): `10.210.0.64/26`.
public struct IPv4Subnet: Hashable, Sendable, CustomStringConvertible {
    /// The first address.
    public let base: IPv4Address
    /// The number of leading bits that all addresses of the block share, 0 to 32.
    public let prefix: Int

    /// A block of known parts; `init(parsing:)` checks text.
    public init(base: IPv4Address, prefix: Int) {
        self.base = base
        self.prefix = prefix
    }

    /// - Throws: `E-INVALID-VALUE` unless the text is `a.b.c.d/n` with all host bits zero.
    public init(parsing text: String) throws(CairnError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let base = IPv4Address(parts[0]), parts[1].utf8.allSatisfy(\.isASCIIDigit),
            let prefix = Int(parts[1]), (8...30).contains(prefix), base.bits & (UInt32.max >> UInt32(prefix)) == 0
        else {
            throw CairnError(
                .invalidValue, "'\(text.excerpt())' is not a block of IPv4 addresses",
                hint: "Write the first address and the number of fixed bits (8 to 30), such as '10.210.0.0/15'.")
        }
        self.init(base: base, prefix: prefix)
    }

    /// How many addresses the block holds.
    public var count: Int { 1 << (32 - prefix) }

    /// The address that many places after the first; it need not lie inside the block.
    public func address(_ offset: Int) -> IPv4Address {
        IPv4Address(bits: base.bits &+ UInt32(truncatingIfNeeded: offset))
    }

    /// Whether the address lies in the block.
    public func contains(_ address: IPv4Address) -> Bool {
        address.bits >= base.bits && address.bits - base.bits < UInt32(count)
    }

    /// The blocks of `prefix` bits that this one divides into, in order; none for a prefix that is shorter than its own
    /// or no prefix at all.
    public func blocks(ofPrefix prefix: Int) -> some Sequence<IPv4Subnet> {
        let size = 1 << (32 - min(max(prefix, 0), 32))
        return (0..<(prefix > 32 ? 0 : count / size)).lazy.map { IPv4Subnet(base: address($0 * size), prefix: prefix) }
    }

    public var description: String { "\(base)/\(prefix)" }
}
