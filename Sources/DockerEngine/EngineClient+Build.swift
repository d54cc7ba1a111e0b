public import NIOCore
import NIOHTTP1

extension EngineClient {
    /// Builds an image from a context (`POST /build`).
    ///
    /// The context is read only as fast as the engine takes it. Cancelling the task closes the connection, which ends the
    /// build at the engine.
    /// - `context`: a tar archive in pieces.
    /// - `onEvent`: is told what the build tells, in order, and waited for.
    /// - Returns: the image's id or why the build failed. Failing is not an error of the call.
    /// - Throws: `EngineError` when the engine refuses the request or is lost, the context's error when that fails, or
    ///   what `onEvent` throws.
    @discardableResult
    public func buildImage<Context: AsyncSequence & Sendable>(
        _ options: BuildOptions, context: Context, onEvent: (BuildEvent) async throws -> Void
    ) async throws -> BuildResult where Context.Element == ByteBuffer {
        var request = EngineRequest(.POST, "/build", query: try options.query())
        request.headers = [("Content-Type", "application/x-tar"), ("Transfer-Encoding", "chunked")]
        if let registries = try options.registryHeader() { request.headers.append(("X-Registry-Config", registries)) }
        let exchange = try await startUpload(request)
        // Leaving this scope cancels what is left of the upload, whose connection is closed by then.
        async let _: Void = exchange.upload(context)
        defer { exchange.close() }
        _ = try await exchange.head()
        return try await report(exchange, onEvent: onEvent)
    }

    /// Ends a build by the id it was started with (`POST /build/cancel`). An unknown id is not an error.
    public func cancelBuild(id: String) async throws {
        try await perform(EngineRequest(.POST, "/build/cancel", query: [("id", id)]))
    }

    /// Removes what earlier builds left for later ones (`POST /build/prune`).
    /// - `all`: also what is in use by images.
    /// - `filters`: the engine's filters, such as `["until": ["24h"]]`.
    public func pruneBuildCache(all: Bool = false, filters: [String: [String]] = [:]) async throws -> PruneReport {
        var request = EngineRequest(.POST, "/build/prune", query: all ? [("all", "1")] : [])
        request.query += try EngineRequest.filters(filters)
        let answer = try await fetch(PrunedCache.self, request, within: deadlines.work)
        return PruneReport(removed: answer.CachesDeleted ?? [], spaceReclaimed: answer.SpaceReclaimed ?? 0)
    }

    private func report(
        _ exchange: Exchange, onEvent: (BuildEvent) async throws -> Void
    ) async throws -> BuildResult {
        var result = BuildResult()
        var lines = JSONLines(exchange)
        while let bytes = try await lines.next() {
            let line = try EngineJSON.decode(ProgressLine.self, from: bytes)
            for event in try line.buildEvents() {
                switch event {
                case .imageID(let id): result.imageID = id
                case .error(let message, let code): (result.failure, result.failureCode) = (message, code)
                default: break
                }
                try await onEvent(event)
            }
        }
        if result.failure != nil { result.imageID = nil }
        return result
    }
}

private struct PrunedCache: Decodable {
    let CachesDeleted: [String]?
    let SpaceReclaimed: Int?
}

extension BuildOptions {
    /// The query of `POST /build`, in a fixed order.
    func query() throws -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = [("version", version.rawValue)]
        func add(_ name: String, _ value: String?) {
            if let value { query.append((name, value)) }
        }
        func addJSON(_ name: String, _ value: some Encodable & Collection) throws {
            if !value.isEmpty { add(name, String(decoding: try EngineJSON.encode(value), as: UTF8.self)) }
        }
        add("dockerfile", dockerfile)
        for tag in tags { add("t", tag) }
        try addJSON("buildargs", buildArguments)
        add("target", target)
        try addJSON("labels", labels)
        if noCache { add("nocache", "1") }
        if pull { add("pull", "1") }
        add("buildid", buildID)
        add("networkmode", networkMode)
        for host in extraHosts { add("extrahosts", host) }
        add("platform", platform)
        try addJSON("cachefrom", cacheFrom)
        add("memory", memory.map(String.init))
        add("shmsize", shmSize.map(String.init))
        try addJSON("ulimits", ulimits)
        // The classic builder keeps the containers of its steps unless told not to.
        if version == .classic { query += [("rm", "1"), ("forcerm", "1")] }
        return query
    }

    /// Credentials by registry, as the `X-Registry-Config` header carries them.
    func registryHeader() throws -> String? {
        guard !registries.isEmpty else { return nil }
        let byAddress = Dictionary(registries.map { ($0.serverAddress, $0) }, uniquingKeysWith: { $1 })
        return EngineJSON.base64URLEncode(try EngineJSON.encode(byAddress))
    }
}

extension ProgressLine {
    /// What this line tells of a build: mostly one thing.
    func buildEvents() throws -> [BuildEvent] {
        var events: [BuildEvent] = []
        if let failure { events.append(.error(message: failure.message, code: failure.code)) }
        if let stream { events.append(.stream(stream)) }
        if let status { events.append(.status(id: id, text: status)) }
        switch aux {
        case .text(let text)? where id == "moby.buildkit.trace":
            guard let record = EngineJSON.base64Decode(text) else {
                throw EngineError(.protocolViolation, "a progress record of the build is not base64", body: text)
            }
            events.append(.trace(record))
        case .imageID(let id)?: events.append(.imageID(id))
        default: break
        }
        return events
    }
}
