import CairnStore
import CairnCatalog
import CairnCore
import HTTPTypes

/// `/v1/status/…`, Consul's way to ask whether anybody is there, and Cairn's own `/v1/cairn/status`.
enum StatusCalls {
    /// Consul's servers talk to each other there; here it only says that there is a leader.
    private static let leader: JSONValue = "127.0.0.1:8300"

    static func addRoutes(to table: inout RouteTable) {
        table.add(.get, "status/leader") { _, _ in .json(leader) }
        table.add(.get, "status/peers") { _, _ in .json([leader]) }
        table.add(.get, "cairn/status", status)
        for method in [HTTPRequest.Method.get, .put, .delete] {
            table.add(method, "acl/") { _, _ in throw HTTPRefusal(.unauthorized, "ACL support disabled") }
        }
    }

    @Sendable static func status(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let snapshot = directory.feed.snapshot
        let pairs = try directory.store.pairIndexes()
        let entries = snapshot.services.values.joined()
        return .json([
            "Node": .string(snapshot.ownNode), "Index": .count(snapshot.index), "KeysIndex": .count(pairs.keys),
            "SessionsIndex": .count(pairs.sessions), "Services": .integer(snapshot.services.count),
            "Instances": .integer(entries.count),
            "Passing": .integer(entries.count { $0.status == .passing }),
            "Waiters": .integer(directory.waiters.count), "MaximumWaiters": .integer(directory.waiters.maximum),
        ])
    }
}
