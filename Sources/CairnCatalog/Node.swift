/// A host that services are on: this one, or one that was registered from outside to publish what runs elsewhere.
public struct Node: Sendable, Equatable {
    /// Unique in the catalog; part of DNS names.
    public var name: String
    /// A UUID in its usual text form.
    public var id: String
    /// An IP address, or a name for a node from outside.
    public var address: String
    public var meta: [String: String]
    /// Further addresses by their use, as Consul's `lan` and `wan`.
    public var taggedAddresses: [String: String]
    public var createIndex: UInt64
    public var modifyIndex: UInt64

    public init(
        name: String, id: String, address: String, meta: [String: String] = [:],
        taggedAddresses: [String: String] = [:], createIndex: UInt64 = 0, modifyIndex: UInt64 = 0
    ) {
        self.name = name
        self.id = id
        self.address = address
        self.meta = meta
        self.taggedAddresses = taggedAddresses
        self.createIndex = createIndex
        self.modifyIndex = modifyIndex
    }

    /// Whether both say the same; when they were written does not count.
    public func isSame(as other: Node) -> Bool {
        var other = other
        (other.createIndex, other.modifyIndex) = (createIndex, modifyIndex)
        return self == other
    }
}
