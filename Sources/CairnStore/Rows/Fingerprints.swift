public import CairnCore
import GRDB

extension Store {
    /// Texts that are others when rows are, for whoever keeps something made from those rows.
    public struct Fingerprints: Sendable, Equatable {
        /// That of the host's domains.
        public let host: String
        /// For each app, by its name, that of its release, its domains, its certificate, its scale and its copies.
        public let apps: [String: String]
    }

    /// One query for all of them tells which apps to look at.
    public func fingerprints() throws(CairnError) -> Fingerprints {
        try read { database in
            let rows = try Row.fetchAll(database, sql: Self.fingerprintQuery)
            let domains = try String.fetchAll(database, sql: "SELECT name FROM global_domain ORDER BY name")
            return Fingerprints(
                host: domains.joined(separator: " "),
                apps: Dictionary(rows.map { ($0["name"], $0["print"]) }) { $1 })
        }
    }

    private static let fingerprintQuery = """
        SELECT name, id || '/' || ifnull(current_release, '')
            || '/' || ifnull((SELECT group_concat(name, ' ') FROM domain WHERE app_id = app.id), '')
            || '/' || ifnull((SELECT added_at FROM certificate WHERE app_id = app.id), '')
            || '/' || ifnull((SELECT group_concat(process || '=' || quantity, ' ') FROM scale WHERE app_id = app.id), '')
            || '/' || ifnull((SELECT group_concat(
                process || '.' || number || ' ' || address || ' ' || ifnull(container_id, '') || ' ' || state, ' ')
                FROM instance WHERE app_id = app.id), '')
            || '/' || ifnull((SELECT group_concat(ifnull(instance_id, '') || ':' || port, ' ')
                FROM service WHERE app_id = app.id), '') AS print
        FROM app
        """
}
