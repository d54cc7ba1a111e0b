public import CairnCore
public import Foundation
import GRDB

/// A line of the timeline: who did what to which app, and what came of it.
public struct Event: Sendable, Equatable, Identifiable {
    public let id: Int64
    public let at: Date
    public let app: String?
    /// A stable word such as `deployed`, `deploy-failed`, `rolled-back`, `health-changed`.
    public let kind: String
    public let actor: String
    public let message: String

    init(row: Row) {
        id = row["id"]
        at = Date(timeIntervalSince1970: row["at"])
        app = row["app"]
        kind = row["kind"]
        actor = row["actor"]
        message = row["message"]
    }
}

extension Store {
    /// The timeline keeps this many events.
    static let eventLimit = 20_000

    public func addEvent(
        _ kind: String, app: AppName? = nil, actor: String, _ message: String, at date: Date = Date()
    ) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: "INSERT INTO event (at, app, kind, actor, message) VALUES (?, ?, ?, ?, ?)",
                arguments: [date.timeIntervalSince1970, app?.rawValue, kind, actor, message])
            try database.execute(
                sql: "DELETE FROM event WHERE id <= ?", arguments: [database.lastInsertedRowID - Int64(Self.eventLimit)]
            )
        }
    }

    /// The newest `limit` events, oldest first; with `after`, those with a higher id.
    public func events(app: AppName? = nil, after: Int64 = 0, limit: Int = 100) throws(CairnError) -> [Event] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM (SELECT * FROM event WHERE (?1 IS NULL OR app = ?1) AND id > ?2 ORDER BY id DESC LIMIT ?3)
                    ORDER BY id
                    """, arguments: [app?.rawValue, after, limit]
            ).map(Event.init(row:))
        }
    }
}
