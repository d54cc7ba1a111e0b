public import CairnCore
public import Foundation
import GRDB

extension Store {
    /// The most bytes that all keys and values together may take: the store is for settings and locks, and answers that
    /// list it are made in memory.
    public static let maximumPairBytes = 64 << 20
    /// The most bytes of a key.
    public static let maximumKeyBytes = 4 << 10

    /// What a reader of keys looks at.
    public enum PairSelection: Sendable, Equatable {
        case key(String)
        /// All keys that begin with the text.
        case prefix(String)
    }

    /// The pairs in the order of their keys, with the counter when the selection changed last, removals included.
    public func pairs(_ selection: PairSelection) throws(CairnError) -> (pairs: [Pair], index: UInt64) {
        try read { database in
            let (condition, argument) = selection.condition
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM pair WHERE \(condition) ORDER BY key", arguments: [argument])
            return (rows.map(Pair.init(row:)), try PairIndex.current(condition, argument, database))
        }
    }

    /// The keys alone, in their order, with the counter as `pairs(_:)` tells it.
    public func keys(beginningWith prefix: String) throws(CairnError) -> (keys: [String], index: UInt64) {
        try read { database in
            let keys = try String.fetchAll(
                database, sql: "SELECT key FROM pair WHERE \(PairIndex.hasPrefix) ORDER BY key", arguments: [prefix])
            return (keys, try PairIndex.current(PairIndex.hasPrefix, prefix, database))
        }
    }

    /// The counter when the selection changed last: what `pairs(_:)` tells, without reading values.
    public func pairIndex(_ selection: PairSelection) throws(CairnError) -> UInt64 {
        try read { database in
            let (condition, argument) = selection.condition
            return try PairIndex.current(condition, argument, database)
        }
    }

    /// The counter when a key, and when a session, changed last.
    public func pairIndexes() throws(CairnError) -> (keys: UInt64, sessions: UInt64) {
        try read { database in
            let row = try Row.fetchOne(database, sql: "SELECT keys, sessions FROM pair_index")
            return (UInt64(clamping: row?["keys"] ?? 1 as Int64), UInt64(clamping: row?["sessions"] ?? 1 as Int64))
        }
    }

    /// Does all of the operations, or none when one of them would not: a comparison that fails, a lock that is held.
    ///
    /// - Throws: `E-NOT-FOUND` for a lock of a session that is not there; `E-INVALID-VALUE` for a key that may not be
    ///   one; `E-NOT-ALLOWED` when the keys would take more than `maximumPairBytes`.
    @discardableResult
    public func apply(_ operations: [PairOperation], at date: Date = Date()) throws(CairnError) -> PairResult {
        try write { database in
            var result = PairResult.applied([])
            try database.inSavepoint {
                var editing = PairEditing(database: database, date: date)
                for (index, operation) in operations.enumerated() { try editing.apply(operation, index: index) }
                try editing.finish()
                result = editing.refusals.isEmpty ? .applied(editing.pairs) : .refused(editing.refusals)
                return editing.refusals.isEmpty ? .commit : .rollback
            }
            return result
        }
    }

    /// Writes a pair whatever was there before.
    public func put(_ pair: Pair) throws(CairnError) { try apply([.set(pair)]) }
}

extension Store.PairSelection {
    fileprivate var condition: (sql: String, argument: String) {
        switch self {
        case .key(let key): ("key = ?1", key)
        case .prefix(let prefix): (PairIndex.hasPrefix, prefix)
        }
    }
}
