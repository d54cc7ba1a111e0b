public import CairnCore
public import Foundation
import GRDB

/// What runs when a release is live: an image, a config snapshot and the processes. It never changes once it is made, so
/// that any release can be run again.
public struct Release: Sendable, Equatable, Identifiable {
    public enum Status: String, Sendable, Codable {
        /// Being deployed; nothing of it serves.
        case pending
        case live
        /// Was live, until a later release took its place.
        case superseded
        case failed
    }

    /// The immutable part, kept as JSON.
    public struct Content: Sendable, Equatable, Codable {
        /// Where the code came from: `git-push`, `rebuild`, `rollback`, `config`, …
        public var source: String
        /// The commit that was built, in hex.
        public var revision: String?
        public var builder: String
        /// The config variables that every process gets (the host's and the app's, merged).
        public var config: [String: String]
        /// The command of each process type of the Procfile; empty when there is none.
        public var commands: [String: String]
        /// The app.json of the source, as text; nil when there is none.
        public var appJSON: String?
        /// The TCP ports that the image exposes, in ascending order.
        public var exposedPorts: [Int]
        /// For a rollback, the version that was taken up again.
        public var rollbackOf: Int?
        /// The variable that tells the processes the commit, or `none`; nil is `GIT_REV`.
        public var revisionVariable: String?
        /// How the image was built; nil for releases from before this was noted.
        public var build: BuildNotes?

        public init(
            source: String, revision: String? = nil, builder: String, config: [String: String] = [:],
            commands: [String: String] = [:], appJSON: String? = nil, exposedPorts: [Int] = [], rollbackOf: Int? = nil
        ) {
            self.source = source
            self.revision = revision
            self.builder = builder
            self.config = config
            self.commands = commands
            self.appJSON = appJSON
            self.exposedPorts = exposedPorts
            self.rollbackOf = rollbackOf
        }
    }

    public let id: Int64
    public let appID: Int64
    /// Counts from 1 for each app; written `v1`.
    public let version: Int
    public let status: Status
    public let imageID: String
    public let imageTag: String
    public let content: Content
    public let description: String
    public let actor: String
    public let createdAt: Date
    public let timings: [PhaseTiming]
    /// Why it never went live, for a failed one.
    public let failure: String?

    init(row: Row) throws {
        id = row["id"]
        appID = row["app_id"]
        version = row["version"]
        status = Status(rawValue: row["status"]) ?? .failed
        imageID = row["image_id"]
        imageTag = row["image_tag"]
        content = try JSONText.decode(row["content"])
        description = row["description"]
        actor = row["actor"]
        createdAt = Date(timeIntervalSince1970: row["created_at"])
        timings = try JSONText.decode(row["timings"])
        failure = row["failure"]
    }
}

/// How long a phase of a deploy took.
public struct PhaseTiming: Sendable, Equatable, Codable {
    public let phase: String
    public let seconds: Double

    public init(phase: String, seconds: Double) {
        self.phase = phase
        self.seconds = seconds
    }
}

/// JSON columns. Keys are sorted, so that equal values are equal text.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

extension Store {
    /// Adds a release in the state `pending`, with the app's next version number.
    public func addRelease(
        of app: App, imageID: String, imageTag: String, content: Release.Content, description: String, actor: String,
        at date: Date = Date()
    ) throws(CairnError) -> Release {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO release
                        (app_id, version, status, image_id, image_tag, content, description, actor, created_at)
                    VALUES (?, (SELECT 1 + ifnull(max(version), 0) FROM release WHERE app_id = ?), 'pending', ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    app.id, app.id, imageID, imageTag, try JSONText.encode(content), description, actor,
                    date.timeIntervalSince1970,
                ])
            return try Self.release(database, id: database.lastInsertedRowID)
        }
    }

    public func release(id: Int64) throws(CairnError) -> Release { try read { try Self.release($0, id: id) } }

    /// The release that serves, or nil before the first deploy.
    public func currentRelease(of app: App) throws(CairnError) -> Release? {
        try read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM release WHERE id = (SELECT current_release FROM app WHERE id = ?)",
                arguments: [app.id]
            ).map(Release.init(row:))
        }
    }

    /// - Throws: `E-NOT-FOUND`.
    public func release(version: Int, of app: App) throws(CairnError) -> Release {
        let found = try read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM release WHERE app_id = ? AND version = ?", arguments: [app.id, version]
            ).map(Release.init(row:))
        }
        guard let found else {
            throw CairnError(
                .notFound, "\(app.name) has no release v\(version)",
                hint: "Run 'cairn releases \(app.name)' to see them.")
        }
        return found
    }

    /// The newest releases first.
    public func releases(of app: App, limit: Int = 1_000) throws(CairnError) -> [Release] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM release WHERE app_id = ? ORDER BY version DESC LIMIT ?",
                arguments: [app.id, limit]
            ).map(Release.init(row:))
        }
    }

    public func failRelease(_ release: Release, because reason: String) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: "UPDATE release SET status = 'failed', failure = ? WHERE id = ? AND status = 'pending'",
                arguments: [reason, release.id])
        }
    }

    /// Puts another image under a release that is still pending, as a predeploy task does.
    public func setImage(_ imageID: String, of release: Release) throws(CairnError) -> Release {
        try write { database in
            try database.execute(
                sql: "UPDATE release SET image_id = ? WHERE id = ? AND status = 'pending'",
                arguments: [imageID, release.id])
            return try Self.release(database, id: release.id)
        }
    }

    /// Notes that an image has been removed: its releases cannot be rolled back to.
    public func forgetImage(tag: String, of app: App) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: "UPDATE release SET image_tag = '' WHERE app_id = ? AND image_tag = ?", arguments: [app.id, tag])
        }
    }

    public func setTimings(_ timings: [PhaseTiming], of release: Release) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: "UPDATE release SET timings = ? WHERE id = ?",
                arguments: [try JSONText.encode(timings), release.id])
        }
    }

    static func release(_ database: Database, id: Int64) throws -> Release {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM release WHERE id = ?", arguments: [id]) else {
            throw CairnError(.store, "The release with the id \(id) has been removed meanwhile")
        }
        return try Release(row: row)
    }
}
