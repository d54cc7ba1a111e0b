import CairnCore
import CairnStore
import HTTPTypes

/// `PUT` and `DELETE /v1/kv/…`.
enum KeyWrites {
    /// Consul's limit for a value.
    static let maximumValue = 512 << 10

    static func addRoutes(to table: inout RouteTable) {
        table.add(.put, "kv/", put)
        table.add(.delete, "kv/", delete)
    }

    @Sendable static func put(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        guard !request.rest.isEmpty else { throw HTTPRefusal.bad("Missing key name") }
        let query = request.query
        guard ["cas", "acquire", "release"].filter(query.has).count <= 1 else {
            throw HTTPRefusal.bad("Conflicting flags: \(query.text.excerpt(200))")
        }
        var pair = Pair(key: request.rest, value: [])
        pair.flags = try query.number("flags", otherwise: .failed("Invalid value for ?flags")) ?? 0
        let index = try query.number("cas", otherwise: .failed("Invalid value for ?cas"))
        pair.value = try await value(request)
        let operation: PairOperation
        if let index {
            pair.modifyIndex = index
            operation = .compareAndSet(pair)
        } else if let session = query["acquire"] {
            pair.session = session
            operation = .lock(pair)
        } else if let session = query["release"] {
            pair.session = session
            operation = .unlock(pair)
        } else {
            operation = .set(pair)
        }
        return try apply(operation, directory)
    }

    private static func value(_ request: ConsulRequest) async throws -> [UInt8] {
        try await request.body(upTo: maximumValue)
    }

    @Sendable static func delete(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let query = request.query
        let isTree = query.has("recurse")
        guard !(isTree && query.has("cas")) else {
            throw HTTPRefusal.bad("Conflicting flags: \(query.text.excerpt(200))")
        }
        if isTree { return try apply(.deleteTree(request.rest), directory) }
        guard !request.rest.isEmpty else { throw HTTPRefusal.bad("Missing key name") }
        if let index = try query.number("cas", otherwise: .failed("Invalid value for ?cas")) {
            return try apply(.compareAndDelete(request.rest, index), directory)
        }
        return try apply(.delete(request.rest), directory)
    }

    private static func apply(_ operation: PairOperation, _ directory: Directory) throws -> Reply {
        let result = try directory.applyPairs([operation])
        return .json(.bool(result.isApplied))
    }
}

extension Directory {
    /// Does the operations and wakes who waits for what they change.
    func applyPairs(_ operations: [PairOperation]) throws -> PairResult {
        do {
            let result = try store.apply(operations, at: now)
            try publishPairs()
            return result
        } catch {
            throw error.code == .notFound ? HTTPRefusal.failed(error.message) as any Error : error
        }
    }
}
