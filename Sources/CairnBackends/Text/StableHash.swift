/// FNV-1a of 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): the same in every process, which `Hasher` is not.
enum StableHash {
    static func of(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { hash, byte in (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}

/// What tells the entries of a node from those that others wrote, where an entry can carry a number beside its value.
struct OwnerMark: Sendable, Equatable {
    let node: String

    private var hash: UInt64 { StableHash.of("cairn:" + node) }

    /// For Consul's keys, which carry a number that means nothing to Consul. Clients of it that are written in other
    /// languages may read it as a signed number of 64 bits.
    var flags: UInt64 { hash >> 1 }

    /// The lease ids of a node: positive, the upper half the node's, the lower half random.
    func lease(_ random: UInt32) -> Int64 { Int64(upper) << 32 | Int64(random) }

    func isOwn(lease: Int64) -> Bool { lease > 0 && UInt64(lease) >> 32 == upper }

    /// Not 0, so that no lease of the server's own choice that is small is taken for one of these.
    private var upper: UInt64 { max(1, hash >> 33) }

    /// Whether an id was made for this node: `<node>:<container>:<port>`.
    func isOwn(id: some StringProtocol) -> Bool { id.hasPrefix(node + ":") }
}
