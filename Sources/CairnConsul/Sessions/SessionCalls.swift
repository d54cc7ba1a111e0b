import CairnCatalog
import CairnCore
import CairnStore
import Foundation
import HTTPTypes

/// `/v1/session/…`, https://developer.hashicorp.com/consul/api-docs/session.
enum SessionCalls {
    static func addRoutes(to table: inout RouteTable) {
        table.add(.put, "session/create", create)
        table.add(.put, "session/destroy/", destroy)
        table.add(.put, "session/renew/", renew)
        table.add(.get, "session/info/", info)
        table.add(.get, "session/list", list)
        table.add(.get, "session/node/", ofNode)
    }

    @Sendable static func create(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let fields = try await request.optionalFields()
        let node = try fields.text("Node") ?? directory.feed.snapshot.ownNode
        let serviceChecks = try (fields.objects("ServiceChecks") ?? []).compactMap { try $0.text("ID") }
        let nodeChecks = try fields.strings("NodeChecks") ?? fields.strings("Checks") ?? [Session.nodeCheck]
        guard nodeChecks.count + serviceChecks.count <= 64 else {
            throw HTTPRefusal.bad("A session falls with at most 64 checks")
        }
        let session = Session(
            id: UUID().uuidString.lowercased(), name: (try fields.string("Name") ?? "").cut(to: 512), node: node,
            ttl: try ttl(fields), behavior: try behavior(fields), lockDelay: try lockDelay(fields),
            nodeChecks: nodeChecks, serviceChecks: serviceChecks, renewedAt: directory.now)
        do { try directory.store.createSession(session) } catch {
            let isRefusal = [.notFound, .notAllowed].contains(error.code)
            throw isRefusal ? HTTPRefusal.failed(error.message) as any Error : error
        }
        try directory.publishPairs()
        return .json(["ID": .string(session.id)])
    }

    /// Go's form of the limits that Consul sets.
    private static func ttl(_ fields: Fields) throws(HTTPRefusal) -> Duration? {
        guard let ttl = try fields.duration("TTL"), ttl != .zero else { return nil }
        guard ttl >= .seconds(10), ttl <= .seconds(24 * 3600) else {
            throw .failed("Invalid Session TTL '\(ttl.goNanoseconds)', must be between [10s=24h0m0s]")
        }
        return ttl
    }

    private static func behavior(_ fields: Fields) throws(HTTPRefusal) -> Session.Behavior {
        guard let word = try fields.text("Behavior") else { return .release }
        guard let behavior = Session.Behavior(rawValue: word) else {
            throw .failed("Invalid Behavior setting '\(word.excerpt())'")
        }
        return behavior
    }

    private static func lockDelay(_ fields: Fields) throws(HTTPRefusal) -> Duration {
        // Small numbers are taken for seconds, as Consul does: nobody means so few nanoseconds.
        if case .integer(let number) = fields["LockDelay"], (0..<1000).contains(number) {
            return min(.seconds(number), .seconds(60))
        }
        let delay = try fields.duration("LockDelay") ?? .seconds(15)
        guard delay >= .zero, delay <= .seconds(60) else {
            throw .failed("Invalid LockDelay: it must be between 0s and 60s")
        }
        return delay
    }

    @Sendable static func destroy(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        try directory.store.destroySession(id(request), at: directory.now)
        try directory.publishPairs()
        return .json(true)
    }

    @Sendable static func renew(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let id = try id(request)
        guard let session = try directory.store.renewSession(id, at: directory.now) else {
            throw HTTPRefusal.notFound("Session id '\(id.excerpt())' not found")
        }
        return .json([PairShape.session(session)])
    }

    @Sendable static func info(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let id = try id(request)
        return try await read(directory, request) { try directory.store.session(id).map { [$0] } ?? [] }
    }

    @Sendable static func list(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        try await read(directory, request) { try directory.store.sessions() }
    }

    @Sendable static func ofNode(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        guard !request.rest.isEmpty else { throw HTTPRefusal.bad("Missing node name") }
        return try await read(directory, request) { try directory.store.sessions(ofNode: request.rest) }
    }

    private static func id(_ request: ConsulRequest) throws(HTTPRefusal) -> String {
        guard !request.rest.isEmpty else { throw .bad("Missing session") }
        return request.rest
    }

    private static func read(
        _ directory: Directory, _ request: ConsulRequest, _ sessions: () throws -> [Session]
    ) async throws -> Reply {
        var headers = try directory.readHeaders(request, hasConsistency: false)
        try await directory.wait(request, Blocking(request.query)) {
            directory.feed.index(of: .sessions)
        } on: {
            .sessions
        }
        headers[.consulIndex] = String(directory.feed.index(of: .sessions))
        return Reply(.json(.array(try sessions().map(PairShape.session))), headers: headers)
    }
}
