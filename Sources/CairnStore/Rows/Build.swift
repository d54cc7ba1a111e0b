public import CairnCore
public import Foundation
import GRDB

/// The record of one build or deploy.
public struct Build: Sendable, Equatable, Identifiable {
    public enum Status: String, Sendable { case running, succeeded, failed, canceled }

    public let id: String
    public let appID: Int64
    /// `build` when an image was made, `deploy` when an existing one was used.
    public let kind: String
    public let status: Status
    public let source: String
    public let revision: String?
    public let actor: String
    /// The process that does, or did, the work.
    public let pid: Int32
    public let startedAt: Date
    public let finishedAt: Date?
    public let exitCode: Int?
    public let releaseVersion: Int?
    public let timings: [PhaseTiming]

    init(row: Row) throws {
        id = row["id"]
        appID = row["app_id"]
        kind = row["kind"]
        status = Status(rawValue: row["status"]) ?? .failed
        source = row["source"]
        revision = row["revision"]
        actor = row["actor"]
        pid = row["pid"]
        startedAt = Date(timeIntervalSince1970: row["started_at"])
        finishedAt = (row["finished_at"] as Double?).map(Date.init(timeIntervalSince1970:))
        exitCode = row["exit_code"]
        releaseVersion = row["release_version"]
        timings = try JSONText.decode(row["timings"])
    }
}

extension Store {
    public func startBuild(
        id: String, of app: App, kind: String, source: String, revision: String?, actor: String, pid: Int32,
        at date: Date = Date()
    ) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO build (id, app_id, kind, status, source, revision, actor, pid, started_at)
                    VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?)
                    """,
                arguments: [id, app.id, kind, source, revision, actor, pid, date.timeIntervalSince1970])
        }
    }

    public func finishBuild(
        id: String, status: Build.Status, exitCode: Int, releaseVersion: Int?, timings: [PhaseTiming],
        at date: Date = Date()
    ) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: """
                    UPDATE build SET status = ?, exit_code = ?, release_version = ?, timings = ?, finished_at = ?
                    WHERE id = ? AND status = 'running'
                    """,
                arguments: [
                    status.rawValue, exitCode, releaseVersion, try JSONText.encode(timings),
                    date.timeIntervalSince1970, id,
                ])
        }
    }

    /// The newest builds of an app first.
    public func builds(of app: App, limit: Int = 20) throws(CairnError) -> [Build] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM build WHERE app_id = ? ORDER BY started_at DESC LIMIT ?",
                arguments: [app.id, limit]
            ).map(Build.init(row:))
        }
    }

    /// Builds of all apps that say they are running; the process of some may be gone.
    public func runningBuilds() throws(CairnError) -> [Build] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM build WHERE status = 'running'").map(Build.init(row:)) }
    }

    /// Forgets all but the `keeping` newest builds of an app; returns the ids of those forgotten.
    public func pruneBuilds(of app: App, keeping: Int) throws(CairnError) -> [String] {
        try write { database in
            let old = try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM build WHERE app_id = ? AND status <> 'running'
                    ORDER BY started_at DESC LIMIT -1 OFFSET ?
                    """, arguments: [app.id, keeping])
            for id in old { try database.execute(sql: "DELETE FROM build WHERE id = ?", arguments: [id]) }
            return old
        }
    }
}
