import CairnCatalog
public import CairnCore
public import Foundation
import GRDB

extension Store {
    /// The most sessions at a time.
    public static let maximumSessions = 10_000

    /// Begins a session.
    ///
    /// - Returns: The session as it was written.
    /// - Throws: `E-NOT-FOUND` when its node or one of its checks is not there; `E-NOT-ALLOWED` when one of the checks
    ///   is critical, or there are too many sessions.
    @discardableResult
    public func createSession(_ session: Session) throws(CairnError) -> Session {
        try write { database in
            let node = try Row.fetchOne(database, sql: "SELECT 1 FROM node WHERE name = ?", arguments: [session.node])
            guard node != nil else { throw CairnError(.notFound, "Missing node registration") }
            if let reason = try Self.reasonToEnd(session, at: session.renewedAt, database) {
                throw CairnError(reason.isMissing ? .notFound : .notAllowed, reason.text)
            }
            guard try Int.fetchOne(database, sql: "SELECT count(*) FROM session") ?? 0 < Self.maximumSessions else {
                throw CairnError(.notAllowed, "There are \(Self.maximumSessions) sessions, and no more can be made")
            }
            let index = try PairIndex.advance(.sessions, database)
            try session.insert(at: index, database)
            var session = session
            (session.createIndex, session.modifyIndex) = (UInt64(clamping: index), UInt64(clamping: index))
            return session
        }
    }

    /// All sessions in the order of their ids, or those of a node.
    public func sessions(ofNode node: String? = nil) throws(CairnError) -> [Session] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM session WHERE ?1 IS NULL OR node = ?1 ORDER BY id", arguments: [node]
            ).map(Session.init(row:))
        }
    }

    /// The session with that id, if there is one.
    public func session(_ id: String) throws(CairnError) -> Session? {
        try read { try Self.session(id, $0) }
    }

    private static func session(_ id: String, _ database: Database) throws -> Session? {
        try Row.fetchOne(database, sql: "SELECT * FROM session WHERE id = ?", arguments: [id]).map(Session.init(row:))
    }

    /// Starts a session's time to live anew. Wakes nobody: a renewed session is as it was.
    ///
    /// - Returns: The session; nil when there is none with that id.
    public func renewSession(_ id: String, at date: Date = Date()) throws(CairnError) -> Session? {
        try write { database in
            try database.execute(
                sql: "UPDATE session SET renewed_at = ? WHERE id = ?", arguments: [date.timeIntervalSince1970, id])
            return try Self.session(id, database)
        }
    }

    /// Starts every session's time to live anew, when there was nobody for a while who could have renewed them.
    public func renewSessions(at date: Date = Date()) throws(CairnError) {
        try write {
            try $0.execute(
                sql: "UPDATE session SET renewed_at = ? WHERE renewed_at < ?",
                arguments: [date.timeIntervalSince1970, date.timeIntervalSince1970])
        }
    }

    /// Ends a session, and its locks with it. One that is not there is no error.
    public func destroySession(_ id: String, at date: Date = Date()) throws(CairnError) {
        try write { database in
            guard let session = try Self.session(id, database) else { return }
            try Self.end([session], at: date, database)
        }
    }

    /// Ends the sessions that have not been renewed in time, or whose node or checks have failed.
    ///
    /// - Returns: Those that have ended, and when the next will unless it is renewed.
    @discardableResult
    public func endSessions(at date: Date = Date()) throws(CairnError) -> (ended: [Session], next: Date?) {
        try write { database in
            let sessions = try Row.fetchAll(database, sql: "SELECT * FROM session").map(Session.init(row:))
            var ended: [Session] = []
            var next: Date?
            for session in sessions {
                if try Self.reasonToEnd(session, at: date, database) != nil {
                    ended.append(session)
                } else if let deadline = session.deadline {
                    next = min(next ?? deadline, deadline)
                }
            }
            try Self.end(ended, at: date, database)
            return (ended, next)
        }
    }

    private struct Reason {
        var text: String
        var isMissing = false
    }

    private static func reasonToEnd(_ session: Session, at date: Date, _ database: Database) throws -> Reason? {
        if let deadline = session.deadline, deadline <= date { return Reason(text: "The session's time is over") }
        guard let node = session.node else { return Reason(text: "Missing node registration", isMissing: true) }
        for id in session.nodeChecks + session.serviceChecks where id != Session.nodeCheck {
            let status = try String.fetchOne(
                database, sql: "SELECT status FROM health_check WHERE node = ? AND id = ?", arguments: [node, id])
            guard let status else {
                return Reason(text: "Missing check '\(id.excerpt())' registration", isMissing: true)
            }
            if status == HealthStatus.critical.rawValue {
                return Reason(text: "Check '\(id.excerpt())' is in critical state")
            }
        }
        return nil
    }

    private static func end(_ sessions: [Session], at date: Date, _ database: Database) throws {
        guard !sessions.isEmpty else { return }
        _ = try PairIndex.advance(.sessions, database)
        var editing = PairEditing(database: database, date: date)
        for session in sessions {
            let keys = try String.fetchAll(
                database, sql: "SELECT key FROM pair WHERE session = ?", arguments: [session.id])
            for key in keys {
                if session.lockDelay > .zero {
                    let until = date.timeIntervalSince1970 + session.lockDelay / .seconds(1)
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO pair_delay VALUES (?, ?)", arguments: [key, until])
                }
                switch session.behavior {
                case .release: try editing.release(key)
                case .delete: try editing.delete("key = ?1", key)
                }
            }
            try database.execute(sql: "DELETE FROM session WHERE id = ?", arguments: [session.id])
        }
        try editing.finish()
        // Delays that are over are of no use to anybody.
        try database.execute(sql: "DELETE FROM pair_delay WHERE until <= ?", arguments: [date.timeIntervalSince1970])
    }
}
