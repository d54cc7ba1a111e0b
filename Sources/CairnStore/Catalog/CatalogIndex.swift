public import CairnCore
import GRDB

/// The catalog's counter, which grows with every change, as Consul's `X-Consul-Index` does. It is kept, so that it never
/// goes back.
enum CatalogIndex {
    /// Counts a change.
    ///
    /// - Returns: The counter after it, to be noted in the changed rows.
    @discardableResult
    static func advance(_ database: Database) throws -> Int64 {
        try database.execute(sql: "UPDATE catalog_index SET value = value + 1")
        return try current(database)
    }

    static func current(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT value FROM catalog_index") ?? 1
    }

    /// Notes that a service, one of its instances or their checks, changes with this count. A service that is gone needs
    /// no note: who waits for it is woken by every change.
    static func touch(_ name: String, at index: Int64, _ database: Database) throws {
        try database.execute(sql: "INSERT OR REPLACE INTO service_index VALUES (?, ?)", arguments: [name, index])
    }

    /// Forgets services that have no instances any more.
    static func prune(_ database: Database) throws {
        try database.execute(sql: "DELETE FROM service_index WHERE name NOT IN (SELECT name FROM service)")
    }
}

extension Store {
    /// The catalog's counter.
    public func catalogIndex() throws(CairnError) -> UInt64 {
        try read { UInt64(clamping: try CatalogIndex.current($0)) }
    }
}
