import CairnCatalog
import Foundation
import GRDB

extension Check {
    init(row: Row) throws {
        self.init(
            node: row["node"], id: row["id"], serviceID: row["service_id"], name: row["name"], notes: row["notes"],
            status: HealthStatus(rawValue: row["status"]) ?? .critical, output: row["output"],
            definition: try JSONText.decode(row["definition"]), purpose: Purpose(rawValue: row["purpose"]) ?? .health,
            since: Date(timeIntervalSince1970: row["since"]),
            deadline: (row["deadline"] as Double?).map(Date.init(timeIntervalSince1970:)),
            createIndex: UInt64(clamping: row["create_index"] as Int64),
            modifyIndex: UInt64(clamping: row["modify_index"] as Int64))
    }

    static func fetch(_ key: Service.Key, _ database: Database) throws -> Check? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM health_check WHERE node = ? AND id = ?", arguments: [key.node, key.id]
        ).map(Check.init(row:))
    }

    func write(at index: Int64, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO health_check VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)
                ON CONFLICT (node, id) DO UPDATE SET service_id = ?3, name = ?4, notes = ?5, status = ?6, output = ?7,
                    definition = ?8, purpose = ?9, since = ?10, deadline = ?11, modify_index = ?12
                """,
            arguments: [
                node, id, serviceID, name, notes, status.rawValue, output, try JSONText.encode(definition),
                purpose.rawValue, since.timeIntervalSince1970, deadline?.timeIntervalSince1970, index,
            ])
    }
}
