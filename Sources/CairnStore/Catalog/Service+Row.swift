import CairnCatalog
import CairnCore
import GRDB

extension Service {
    /// Reads a row of `service` joined with its app's name as `app`.
    init(row: Row) throws {
        self.init(
            node: row["node"], id: row["id"], name: row["name"], tags: try JSONText.decode(row["tags"]),
            meta: try JSONText.decode(row["meta"]), address: row["address"], port: row["port"],
            weights: try JSONText.decode(row["weights"]),
            taggedAddresses: try JSONText.decode(row["tagged_addresses"]), enableTagOverride: row["tag_override"],
            origin: try Origin(row: row), status: HealthStatus(rawValue: row["status"]) ?? .critical,
            output: row["output"], createIndex: UInt64(clamping: row["create_index"] as Int64),
            modifyIndex: UInt64(clamping: row["modify_index"] as Int64))
    }

    /// With what `init(row:)` reads.
    static let selection = "SELECT service.*, app.name AS app FROM service LEFT JOIN app ON app.id = service.app_id"

    static func fetch(_ key: Key, _ database: Database) throws -> Service? {
        try Row.fetchOne(
            database, sql: selection + " WHERE service.node = ? AND service.id = ?", arguments: [key.node, key.id]
        ).map(Service.init(row:))
    }

    /// Writes the row, keeping what its checks have found.
    func write(at index: Int64, _ database: Database) throws {
        let app = appInstance
        try database.execute(
            sql: """
                INSERT INTO service (node, id, name, tags, meta, address, port, weights, tagged_addresses, tag_override,
                    origin, app_id, instance_id, process, number, container_id, create_index, modify_index)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?17)
                ON CONFLICT (node, id) DO UPDATE SET name = ?3, tags = ?4, meta = ?5, address = ?6, port = ?7,
                    weights = ?8, tagged_addresses = ?9, tag_override = ?10, origin = ?11, app_id = ?12,
                    instance_id = ?13, process = ?14, number = ?15, container_id = ?16, modify_index = ?17
                """,
            arguments: [
                node, id, name, try JSONText.encode(tags), try JSONText.encode(meta), address, port,
                try JSONText.encode(weights), try JSONText.encode(taggedAddresses), enableTagOverride, origin.word,
                app?.appID, app?.instanceID, app?.name.process.rawValue, app?.name.index, containerID, index,
            ])
    }
}

extension Service.Origin {
    init(row: Row) throws {
        switch row["origin"] as String {
        case "app":
            guard let appID = row["app_id"] as Int64?, let app = row["app"] as String?,
                let instance = row["instance_id"] as Int64?, let process = row["process"] as String?,
                let number = row["number"] as Int?
            else { throw CairnError(.store, "The service \(row["id"] as String) names no copy of an app") }
            let name = InstanceName(process: try ProcessType(validating: process), index: number)
            self = .app(
                Service.AppInstance(
                    appID: appID, app: try AppName(validating: app), instanceID: instance, name: name))
        case "container": self = .container(id: row["container_id"] ?? "")
        case "catalog": self = .catalog
        case "process": self = .process
        default: self = .agent
        }
    }

    var word: String {
        switch self {
        case .app: "app"
        case .container: "container"
        case .agent: "agent"
        case .catalog: "catalog"
        case .process: "process"
        }
    }
}
