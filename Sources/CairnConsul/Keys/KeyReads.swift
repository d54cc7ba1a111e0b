import CairnCatalog
import CairnCore
import CairnStore
import HTTPTypes

/// `GET /v1/kv/…`, https://developer.hashicorp.com/consul/api-docs/kv.
enum KeyReads {
    static func addRoutes(to table: inout RouteTable) { table.add(.get, "kv/", read) }

    @Sendable static func read(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let query = request.query
        let isTree = query.has("recurse") || query.has("keys")
        guard isTree || !request.rest.isEmpty else { throw HTTPRefusal.bad("Missing key name") }
        let selection: Store.PairSelection = isTree ? .prefix(request.rest) : .key(request.rest)
        var headers = try directory.readHeaders(request, hasConsistency: false)
        try await directory.wait(request, Blocking(query)) {
            try directory.store.pairIndex(selection)
        } on: {
            .keys
        }
        if query.has("keys") { return try keys(directory, request, headers) }
        let (pairs, index) = try directory.store.pairs(selection)
        headers[.consulIndex] = String(index)
        // The clients read the counter of a key that is not there as well, to wait for it.
        if pairs.isEmpty { return Reply(.none, status: .notFound, headers: headers) }
        if query.has("raw"), !isTree {
            headers[.contentSecurityPolicy] = "sandbox"
            return Reply(.bytes(pairs[0].value, type: "text/plain"), headers: headers)
        }
        return Reply(.json(.array(pairs.map { PairShape.pair($0) })), headers: headers)
    }

    private static func keys(
        _ directory: Directory, _ request: ConsulRequest, _ headers: HTTPFields
    ) throws -> Reply {
        var headers = headers
        let (keys, index) = try directory.store.keys(beginningWith: request.rest)
        headers[.consulIndex] = String(index)
        if keys.isEmpty { return Reply(.none, status: .notFound, headers: headers) }
        let separator = request.query["separator"] ?? ""
        return Reply(.json(.strings(list(keys, under: request.rest, to: separator))), headers: headers)
    }

    /// The keys as far as the first separator beyond the prefix; each such beginning once.
    static func list(_ keys: [String], under prefix: String, to separator: String) -> [String] {
        if separator.isEmpty { return keys }
        var listed: [String] = []
        for key in keys {
            let rest = key.dropFirst(prefix.count)
            let end = rest.firstRange(of: separator)?.upperBound
            let name = end.map { String(key[..<$0]) } ?? key
            if listed.last != name { listed.append(name) }
        }
        return listed
    }
}
