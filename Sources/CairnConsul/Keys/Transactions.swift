import CairnCore
import CairnStore
import Foundation
import HTTPTypes

/// `PUT /v1/txn`: several operations on keys, done whole or not at all,
/// https://developer.hashicorp.com/consul/api-docs/txn.
enum Transactions {
    /// Consul's limit.
    private static let maximumOperations = 64

    static func addRoutes(to table: inout RouteTable) { table.add(.put, "txn", run) }

    @Sendable static func run(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        guard case .array(let items) = try Fields.value(await request.body()) else {
            throw HTTPRefusal.bad("Failed to parse body: a list of operations is expected")
        }
        guard items.count <= maximumOperations else {
            throw HTTPRefusal.tooLarge(
                "Transaction contains too many operations (\(items.count) > \(maximumOperations))")
        }
        let verbs = try items.map(Self.operation)
        switch try directory.applyPairs(verbs.map(\.operation)) {
        case .applied(let pairs):
            // Only what is read is told with its value.
            let reads = Set(verbs.filter(\.isRead).compactMap(\.key))
            let hasTree = verbs.contains { if case .getTree = $0.operation { true } else { false } }
            let results = pairs.map { pair -> JSONValue in
                ["KV": PairShape.pair(pair, hasValue: hasTree || reads.contains(pair.key))]
            }
            return .json(["Results": .array(results), "Errors": nil])
        case .refused(let refusals):
            let errors = refusals.map { ["OpIndex": .integer($0.operation), "What": .string($0.reason)] as JSONValue }
            return .json(["Results": nil, "Errors": .array(errors)], status: .conflict)
        }
    }

    private struct Verb {
        var operation: PairOperation
        var isRead = false
        var key: String?
    }

    private static func operation(_ item: JSONValue) throws -> Verb {
        guard case .object(let members) = item, let fields = try Fields(members).object("KV") else {
            throw HTTPRefusal.bad("Failed to parse body: only operations on keys (\"KV\") are supported")
        }
        let key = try fields.string("Key") ?? ""
        var pair = Pair(key: key, value: [])
        pair.flags = UInt64(clamping: try fields.integer("Flags") ?? 0)
        pair.modifyIndex = UInt64(clamping: try fields.integer("Index") ?? 0)
        pair.session = try fields.text("Session")
        pair.value = try value(fields)
        switch try fields.string("Verb") ?? "" {
        case "set": return Verb(operation: .set(pair))
        case "cas": return Verb(operation: .compareAndSet(pair))
        case "lock": return Verb(operation: .lock(pair))
        case "unlock": return Verb(operation: .unlock(pair))
        case "get": return Verb(operation: .get(key), isRead: true, key: key)
        case "get-tree": return Verb(operation: .getTree(key), isRead: true)
        case "check-index": return Verb(operation: .checkIndex(key, pair.modifyIndex))
        case "check-session": return Verb(operation: .checkSession(key, pair.session ?? ""))
        case "check-not-exists": return Verb(operation: .checkNotExists(key))
        case "delete": return Verb(operation: .delete(key))
        case "delete-tree": return Verb(operation: .deleteTree(key))
        case "delete-cas": return Verb(operation: .compareAndDelete(key, pair.modifyIndex))
        case let verb: throw HTTPRefusal.bad("unknown KV verb \"\(verb.excerpt())\"")
        }
    }

    private static func value(_ fields: Fields) throws(HTTPRefusal) -> [UInt8] {
        guard let text = try fields.text("Value") else { return [] }
        guard let data = Data(base64Encoded: text) else {
            throw .bad("Failed to parse body: the value of a key is not base64")
        }
        guard data.count <= KeyWrites.maximumValue else {
            throw .tooLarge("Value for key is too large (\(data.count) > \(KeyWrites.maximumValue) bytes)")
        }
        return Array(data)
    }
}
