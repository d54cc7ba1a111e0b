import GRDB

/// The counter of keys and sessions: grows with every change of either and never goes back.
enum PairIndex {
    enum Kind: String {
        case keys
        case sessions
    }

    /// So many removed keys are remembered at least, and twice as many at most.
    static let rememberedRemovals = 1000

    /// Counts a change and returns the counter after it.
    static func advance(_ kind: Kind, _ database: Database) throws -> Int64 {
        try database.execute(sql: "UPDATE pair_index SET value = value + 1, \(kind.rawValue) = value + 1")
        return try Int64.fetchOne(database, sql: "SELECT value FROM pair_index") ?? 1
    }

    /// Notes that a key is gone.
    static func remember(removalOf key: String, at index: Int64, _ database: Database) throws {
        try database.execute(sql: "INSERT OR REPLACE INTO pair_removal VALUES (?, ?)", arguments: [key, index])
    }

    /// Forgets the oldest removals when there are too many. Who waits for a key that is not there is woken once by that.
    static func forgetRemovals(_ database: Database) throws {
        let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM pair_removal") ?? 0
        guard count > 2 * rememberedRemovals else { return }
        let newest = try Int64.fetchOne(
            database, sql: "SELECT value FROM pair_removal ORDER BY value LIMIT 1 OFFSET ?",
            arguments: [count - rememberedRemovals - 1])
        guard let newest else { return }
        try database.execute(sql: "DELETE FROM pair_removal WHERE value <= ?", arguments: [newest])
        try database.execute(sql: "UPDATE pair_index SET floor = max(floor, ?)", arguments: [newest])
    }

    /// A condition on `key` that holds for those that begin with the argument `?1`; the index of keys serves it. Nothing
    /// that may be a key sorts beyond the last code point.
    static let hasPrefix = "key >= ?1 AND key < ?1 || char(1114111)"

    /// The counter when something that begins with `prefix`, or is `key`, was changed or removed last.
    static func current(_ condition: String, _ argument: String, _ database: Database) throws -> UInt64 {
        let index = try Int64.fetchOne(
            database,
            sql: """
                SELECT max(floor, ifnull((SELECT max(modify_index) FROM pair WHERE \(condition)), 0),
                    ifnull((SELECT max(value) FROM pair_removal WHERE \(condition)), 0)) FROM pair_index
                """,
            arguments: [argument])
        return UInt64(clamping: index ?? 1)
    }
}
