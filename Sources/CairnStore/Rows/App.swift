public import CairnCore
public import struct Foundation.Date
import GRDB

/// An app: a name, a network of its own and the release that serves.
public struct App: Sendable, Equatable, Identifiable {
    public enum DesiredState: String, Sendable { case running, stopped }

    public let id: Int64
    public let name: AppName
    public let createdAt: Date
    /// The block of addresses of the app's bridge network; nil before its first deploy.
    public let subnet: IPv4Subnet?
    /// The engine's id of that network.
    public let networkID: String?
    /// The id of the release that serves; nil before the first successful deploy.
    public let currentRelease: Int64?
    public let desiredState: DesiredState
    /// Who locked the app with `apps:lock`, and since when; nil when it is not locked.
    public let lock: Lock?

    public struct Lock: Sendable, Equatable {
        public let actor: String
        public let since: Date
    }

    public var isDeployed: Bool { currentRelease != nil }

    init(row: Row) throws {
        id = row["id"]
        name = try AppName(validating: row["name"])
        createdAt = Date(timeIntervalSince1970: row["created_at"])
        subnet = try (row["subnet"] as String?).map { try IPv4Subnet(parsing: $0) }
        networkID = row["network_id"]
        currentRelease = row["current_release"]
        desiredState = DesiredState(rawValue: row["desired_state"]) ?? .running
        lock = (row["locked_by"] as String?).map {
            Lock(actor: $0, since: Date(timeIntervalSince1970: row["locked_at"] ?? 0))
        }
    }
}

extension CairnError {
    /// What a command answers when the app it names is not there (exit status 20).
    public static func appNotFound(_ name: AppName) -> CairnError {
        CairnError(.appNotFound, "App \(name) does not exist", hint: "Run 'cairn apps:list' to see the apps there are.")
    }
}

extension Store {
    /// - Throws: `E-NAME-TAKEN`.
    @discardableResult
    public func createApp(_ name: AppName, at date: Date = Date()) throws(CairnError) -> App {
        try write { database in
            guard try Row.fetchOne(database, sql: "SELECT 1 FROM app WHERE name = ?", arguments: [name.rawValue]) == nil
            else {
                throw CairnError(
                    .nameTaken, "Name is already taken", hint: "Choose another name, or use the app \(name) as it is.")
            }
            try database.execute(
                sql: "INSERT INTO app (name, created_at) VALUES (?, ?)",
                arguments: [name.rawValue, date.timeIntervalSince1970])
            let id = database.lastInsertedRowID
            try database.execute(sql: "INSERT INTO scale VALUES (?, 'web', 1)", arguments: [id])
            return try App.fetch(database, id: id)
        }
    }

    /// - Throws: `E-APP-NOT-FOUND`.
    public func app(_ name: AppName) throws(CairnError) -> App {
        guard let app = try findApp(name) else { throw .appNotFound(name) }
        return app
    }

    public func findApp(_ name: AppName) throws(CairnError) -> App? {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM app WHERE name = ?", arguments: [name.rawValue])
                .map(App.init(row:))
        }
    }

    /// The app again, as it is now.
    public func refresh(_ app: App) throws(CairnError) -> App {
        try read { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT * FROM app WHERE id = ?", arguments: [app.id])
            else {
                throw CairnError.appNotFound(app.name)
            }
            return try App(row: row)
        }
    }

    /// All apps by name.
    public func apps() throws(CairnError) -> [App] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM app ORDER BY name").map(App.init(row:))
        }
    }

    /// The names alone, which is all that `apps:list` needs.
    public func appNames() throws(CairnError) -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT name FROM app ORDER BY name") }
    }

    /// Removes the app and every row that belongs to it.
    public func deleteApp(_ app: App) throws(CairnError) {
        try write { database in
            try database.execute(sql: "DELETE FROM config WHERE scope = ?", arguments: [app.name.rawValue])
            try database.execute(sql: "DELETE FROM property WHERE scope = ?", arguments: [app.name.rawValue])
            var registering = Registering(database)
            try registering.removeServices("app_id = ?", [app.id])
            try registering.finish()
            try database.execute(sql: "DELETE FROM app WHERE id = ?", arguments: [app.id])
        }
    }

    /// - Throws: `E-NAME-TAKEN`.
    public func renameApp(_ app: App, to name: AppName) throws(CairnError) {
        try write { database in
            guard try Row.fetchOne(database, sql: "SELECT 1 FROM app WHERE name = ?", arguments: [name.rawValue]) == nil
            else { throw CairnError(.nameTaken, "Name is already taken", hint: "Choose another name.") }
            let names: StatementArguments = [name.rawValue, app.name.rawValue]
            try database.execute(sql: "UPDATE app SET name = ? WHERE name = ?", arguments: names)
            try database.execute(sql: "UPDATE config SET scope = ? WHERE scope = ?", arguments: names)
            try database.execute(sql: "UPDATE property SET scope = ? WHERE scope = ?", arguments: names)
        }
    }

    public func setLock(_ app: App, by actor: String?, at date: Date = Date()) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: "UPDATE app SET locked_by = ?, locked_at = ? WHERE id = ?",
                arguments: [actor, actor == nil ? nil : date.timeIntervalSince1970, app.id])
        }
    }

    public func setDesiredState(_ state: App.DesiredState, of app: App) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: "UPDATE app SET desired_state = ? WHERE id = ?", arguments: [state.rawValue, app.id])
        }
    }

    /// Notes the network that the engine made for the app.
    public func setNetwork(_ id: String?, of app: App) throws(CairnError) {
        try write { database in
            try database.execute(sql: "UPDATE app SET network_id = ? WHERE id = ?", arguments: [id, app.id])
        }
    }

    /// Reserves the first block of the pool that no app has and that is not in `excluding`, or moves the app there.
    ///
    /// - Throws: `E-NO-ADDRESS` when the pool is used up.
    public func reserveSubnet(
        for app: App, from pool: IPv4Subnet, prefix: Int, excluding: Set<IPv4Subnet> = []
    ) throws(CairnError) -> IPv4Subnet {
        try write { database in
            let taken = try Set(String.fetchAll(database, sql: "SELECT subnet FROM app WHERE subnet IS NOT NULL"))
            for block in pool.blocks(ofPrefix: prefix)
            where !taken.contains(block.description) && !excluding.contains(block) {
                try database.execute(
                    sql: "UPDATE app SET subnet = ? WHERE id = ?", arguments: [block.description, app.id])
                return block
            }
            throw CairnError(
                .noAddress, "No block of addresses is free in the pool \(pool) for a network of \(app.name)",
                hint: "Destroy apps that are not needed, or set a larger CAIRN_NETWORK_POOL in host.env.")
        }
    }

    /// A short random name of this state root, which tells its containers from those of another root on the same engine.
    public func installationID() throws(CairnError) -> String {
        try read { try String.fetchOne($0, sql: "SELECT id FROM installation") ?? "" }
    }
}

extension App {
    static func fetch(_ database: Database, id: Int64) throws -> App {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM app WHERE id = ?", arguments: [id]) else {
            throw CairnError(.store, "The app with the id \(id) has been removed meanwhile")
        }
        return try App(row: row)
    }
}
