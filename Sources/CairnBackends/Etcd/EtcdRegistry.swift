/// Keys in etcd, each with a lease of its own: it lives for as long as it is refreshed, and goes at once when the lease is
/// ended. The upper half of a lease's id is the node's, by which its keys are found when the daemon comes back.
actor EtcdRegistry: Registry {
    private let layout: any KeyValueLaying
    private let owner: OwnerMark
    private let seconds: Int64
    private let client: EtcdClient
    private var leases: [String: Int64] = [:]

    init(layout: any KeyValueLaying, owner: OwnerMark, timeToLive: Duration, client: EtcdClient) {
        self.layout = layout
        self.owner = owner
        self.client = client
        let (whole, rest) = timeToLive.components
        seconds = max(1, whole + (rest > 0 ? 1 : 0))
    }

    nonisolated func records(for registrations: [Registration]) throws -> RecordSet {
        try layout.records(for: registrations)
    }

    func read(_ wanted: RecordSet) async throws -> [String: String] {
        var found: [String: String] = [:]
        leases = [:]
        for entry in try await client.range(layout.root) {
            let hasOwnLease = owner.isOwn(lease: entry.lease)
            guard hasOwnLease || layout.isOwn(entry.key, owner) || wanted.records[entry.key] != nil else { continue }
            if hasOwnLease { leases[entry.key] = entry.lease }
            // One without a lease of this node's, as others may have left it, would not expire: it is written again.
            found[entry.key] = hasOwnLease ? entry.value : ""
        }
        return found
    }

    func put(_ record: Record) async throws {
        if let lease = leases[record.key], try await client.put(record.key, record.body, lease: lease) { return }
        let lease = owner.lease(UInt32.random(in: 1...UInt32.max))
        try await client.grant(lease, seconds: seconds)
        leases[record.key] = lease
        guard try await client.put(record.key, record.body, lease: lease) else {
            throw RecordRefused(reason: "its lease ended before it was written")
        }
    }

    func remove(_ key: String) async throws {
        if let lease = leases.removeValue(forKey: key), try await client.revoke(lease) { return }
        try await client.delete(key)
    }

    func refresh(_ records: [Record]) async throws -> [String] {
        var lost: [String] = []
        for record in records {
            if let lease = leases[record.key], try await client.keepAlive(lease) { continue }
            leases[record.key] = nil
            lost.append(record.key)
        }
        return lost
    }

    func close() async { await client.transport.close() }
}
