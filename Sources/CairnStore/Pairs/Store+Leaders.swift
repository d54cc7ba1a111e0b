public import CairnCatalog
public import CairnCore
import Foundation
import GRDB

extension Store {
    /// The key by which the instances of a service agree on a leader: whoever holds it as a lock leads.
    public static func leaderKey(of service: String) -> String { "service/\(service)/leader" }

    /// The leading instance of each service that has one, by the service's name.
    ///
    /// A service has a leader when the key `service/<name>/leader` is held by a session. The key's value is the id of the
    /// instance that leads; when it is not one, and the session's node has a single instance of the service, that leads.
    public func leaders() throws(CairnError) -> [String: Service.Key] {
        try read { database in
            let locks = try Row.fetchAll(
                database,
                sql: """
                    SELECT pair.key, pair.value, session.node FROM pair JOIN session ON session.id = pair.session
                    WHERE pair.key GLOB 'service/*/leader'
                    """)
            var leaders: [String: Service.Key] = [:]
            for lock in locks {
                let key: String = lock["key"]
                let name = String(key.dropFirst("service/".count).dropLast("/leader".count))
                let candidates = try Row.fetchAll(
                    database, sql: "SELECT node, id FROM service WHERE name = ? ORDER BY node, id", arguments: [name]
                ).map { Service.Key(node: $0["node"], id: $0["id"]) }
                let value = String(decoding: lock["value"] as Data, as: UTF8.self)
                let local = candidates.filter { $0.node == lock["node"] as String? }
                if let named = local.first(where: { $0.id == value }) ?? candidates.first(where: { $0.id == value }) {
                    leaders[name] = named
                } else if local.count == 1 {
                    leaders[name] = local[0]
                }
            }
            return leaders
        }
    }
}
