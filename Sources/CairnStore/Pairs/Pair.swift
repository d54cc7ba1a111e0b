import Foundation
import GRDB

/// A key with its value, as in Consul's key/value store, https://developer.hashicorp.com/consul/api-docs/kv.
public struct Pair: Sendable, Equatable {
    public var key: String
    public var value: [UInt8]
    /// A number for whoever wrote the value; nothing here reads it.
    public var flags: UInt64
    /// The session that holds the key as a lock.
    public var session: String?
    /// How many times the key has been taken as a lock.
    public var lockIndex: UInt64
    public var createIndex: UInt64
    public var modifyIndex: UInt64

    public init(
        key: String, value: [UInt8], flags: UInt64 = 0, session: String? = nil, lockIndex: UInt64 = 0,
        createIndex: UInt64 = 0, modifyIndex: UInt64 = 0
    ) {
        self.key = key
        self.value = value
        self.flags = flags
        self.session = session
        self.lockIndex = lockIndex
        self.createIndex = createIndex
        self.modifyIndex = modifyIndex
    }

    /// What the pair counts for against `Store.maximumPairBytes`.
    var size: Int { key.utf8.count + value.count }
}

extension Pair {
    init(row: Row) {
        self.init(
            key: row["key"], value: Array(row["value"] as Data),
            flags: UInt64(bitPattern: row["flags"] as Int64), session: row["session"],
            lockIndex: UInt64(clamping: row["lock_index"] as Int64),
            createIndex: UInt64(clamping: row["create_index"] as Int64),
            modifyIndex: UInt64(clamping: row["modify_index"] as Int64))
    }
}

/// What can be done to keys. A list of them is done whole or not at all.
public enum PairOperation: Sendable, Equatable {
    /// Writes; a lock on the key stays.
    case set(Pair)
    /// Writes if the key was last changed at the pair's `modifyIndex`, 0 for a key that is not there.
    case compareAndSet(Pair)
    /// Writes and takes the key as a lock of the pair's `session`.
    case lock(Pair)
    /// Writes and gives up the lock that the pair's `session` has on the key.
    case unlock(Pair)
    case get(String)
    /// All keys that begin with the text.
    case getTree(String)
    /// Fails unless the key was last changed then.
    case checkIndex(String, UInt64)
    /// Fails unless the session holds the key.
    case checkSession(String, String)
    case checkNotExists(String)
    case delete(String)
    case deleteTree(String)
    /// Removes if the key was last changed then.
    case compareAndDelete(String, UInt64)
}

/// How a list of operations ended.
public enum PairResult: Sendable, Equatable {
    /// Done: what each operation that writes or reads has found or left behind, in their order.
    case applied([Pair])
    /// Nothing was done, because these would not.
    case refused([Refusal])

    public struct Refusal: Sendable, Equatable {
        /// The place of the operation in the list, from 0.
        public var operation: Int
        /// Why, in the words that Consul's clients know.
        public var reason: String

        public init(operation: Int, reason: String) {
            self.operation = operation
            self.reason = reason
        }
    }

    public var isApplied: Bool { if case .applied = self { true } else { false } }
}
