public import CairnCore
import GRDB

/// That one app uses another: the client finds the server's address in a config variable, and can reach it.
public struct AppLink: Sendable, Equatable {
    public let clientID: Int64
    public let client: AppName
    /// What the variable begins with: `BILLING` of `BILLING_URL`.
    public let name: ConfigKey
    public let serverID: Int64
    public let server: AppName
    public let process: ProcessType

    init(row: Row) throws {
        clientID = row["client_id"]
        client = try AppName(validating: row["client"])
        name = try ConfigKey(validating: row["name"])
        serverID = row["server_id"]
        server = try AppName(validating: row["server"])
        process = try ProcessType(validating: row["process"])
    }

    /// The config variable that holds the server's address.
    public var variable: ConfigKey {
        get throws(CairnError) { try ConfigKey(validating: "\(name)_URL") }
    }
}

extension Store {
    private static let linkSelection = """
        SELECT link.*, client.name AS client, server.name AS server FROM link
        JOIN app AS client ON client.id = link.client_id JOIN app AS server ON server.id = link.server_id
        """

    /// What an app is linked to.
    public func links(of client: App) throws(CairnError) -> [AppLink] {
        try links("client_id = ?", [client.id])
    }

    /// Who is linked to an app.
    public func links(to server: App) throws(CairnError) -> [AppLink] { try links("server_id = ?", [server.id]) }

    /// All links, by client and name.
    public func links() throws(CairnError) -> [AppLink] { try links("true", []) }

    private func links(_ condition: String, _ arguments: StatementArguments) throws(CairnError) -> [AppLink] {
        try read { database in
            try Row.fetchAll(
                database, sql: "\(Self.linkSelection) WHERE \(condition) ORDER BY client.name, link.name",
                arguments: arguments
            ).map(AppLink.init(row:))
        }
    }

    /// - Throws: `E-NAME-TAKEN` when the client has another link of that name.
    public func addLink(
        of client: App, to server: App, process: ProcessType, name: ConfigKey
    ) throws(CairnError) -> AppLink {
        try write { database in
            let other = try Row.fetchOne(
                database, sql: "SELECT 1 FROM link WHERE client_id = ? AND name = ?",
                arguments: [client.id, name.rawValue])
            guard other == nil else {
                throw CairnError(
                    .nameTaken, "\(client.name) has a link named \(name) already",
                    hint: "Give this one another name with --as, or remove that one with links:remove.")
            }
            try database.execute(
                sql: "INSERT INTO link VALUES (?, ?, ?, ?)",
                arguments: [client.id, name.rawValue, server.id, process.rawValue])
            try CatalogIndex.advance(database)
            guard
                let row = try Row.fetchOne(
                    database, sql: "\(Self.linkSelection) WHERE client_id = ? AND link.name = ?",
                    arguments: [client.id, name.rawValue])
            else { throw CairnError(.store, "The link has been removed meanwhile") }
            return try AppLink(row: row)
        }
    }

    public func removeLink(_ link: AppLink) throws(CairnError) {
        try write { database in
            try database.execute(
                sql: "DELETE FROM link WHERE client_id = ? AND name = ?",
                arguments: [link.clientID, link.name.rawValue])
            try CatalogIndex.advance(database)
        }
    }
}
