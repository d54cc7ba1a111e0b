public import Foundation
import GRDB

/// What holds locks on keys, as in Consul, https://developer.hashicorp.com/consul/api-docs/session: it ends by itself when
/// nobody renews it, or when what it depends on fails, and the locks with it.
public struct Session: Sendable, Equatable {
    /// What becomes of the keys that a session held when it ends.
    public enum Behavior: String, Sendable, Codable {
        /// They stay, and may be taken again after the lock delay.
        case release
        /// They are removed.
        case delete
    }

    /// A UUID in its usual text form.
    public var id: String
    public var name: String
    /// The name of its node; nil when that is gone.
    public var node: String?
    /// It ends when it has not been renewed for so long; nil lives until it is destroyed.
    public var ttl: Duration?
    public var behavior: Behavior
    /// For so long nobody can take a lock that was lost with the session.
    public var lockDelay: Duration
    /// The checks of its node that it falls with. `Session.nodeCheck` stands for the node itself.
    public var nodeChecks: [String]
    /// The checks of services on its node that it falls with.
    public var serviceChecks: [String]
    public var renewedAt: Date
    public var createIndex: UInt64
    public var modifyIndex: UInt64

    /// The check of Consul's that tells whether a node is alive. Here it passes for as long as the node is in the catalog.
    public static let nodeCheck = "serfHealth"

    public init(
        id: String, name: String = "", node: String?, ttl: Duration? = nil, behavior: Behavior = .release,
        lockDelay: Duration = .seconds(15), nodeChecks: [String] = [Session.nodeCheck], serviceChecks: [String] = [],
        renewedAt: Date = Date(), createIndex: UInt64 = 0, modifyIndex: UInt64 = 0
    ) {
        self.id = id
        self.name = name
        self.node = node
        self.ttl = ttl
        self.behavior = behavior
        self.lockDelay = lockDelay
        self.nodeChecks = nodeChecks
        self.serviceChecks = serviceChecks
        self.renewedAt = renewedAt
        self.createIndex = createIndex
        self.modifyIndex = modifyIndex
    }

    /// When it ends unless it is renewed before.
    public var deadline: Date? { ttl.map { renewedAt.addingTimeInterval($0 / .seconds(1)) } }
}

extension Session {
    init(row: Row) throws {
        self.init(
            id: row["id"], name: row["name"], node: row["node"], ttl: (row["ttl"] as Double?).map { .seconds($0) },
            behavior: Behavior(rawValue: row["behavior"]) ?? .release,
            lockDelay: .seconds(row["lock_delay"] as Double), nodeChecks: try JSONText.decode(row["node_checks"]),
            serviceChecks: try JSONText.decode(row["service_checks"]),
            renewedAt: Date(timeIntervalSince1970: row["renewed_at"]),
            createIndex: UInt64(clamping: row["create_index"] as Int64),
            modifyIndex: UInt64(clamping: row["modify_index"] as Int64))
    }

    func insert(at index: Int64, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                id, name, node, ttl.map { $0 / .seconds(1) }, behavior.rawValue, lockDelay / .seconds(1),
                try JSONText.encode(nodeChecks), try JSONText.encode(serviceChecks), renewedAt.timeIntervalSince1970,
                index, index,
            ])
    }
}
