import NIOHTTP1

extension EngineClient {
    /// One image by name or id (`GET /images/{name}/json`).
    public func inspectImage(_ reference: String) async throws -> ImageInspect {
        try await fetch(ImageInspect.self, try image(.GET, reference, "/json"))
    }

    /// Gives an image a further name (`POST /images/{name}/tag`); whatever had it loses it.
    public func tagImage(_ reference: String, repo: String, tag: String) async throws {
        var request = try image(.POST, reference, "/tag")
        request.query = [("repo", repo), ("tag", tag)]
        try await perform(request)
    }

    /// Takes a name from an image and removes the image with its last name (`DELETE /images/{name}`).
    /// - Throws: `EngineError` with `isConflict` when a container uses it or, given an id, it has several names; with
    ///   `force` only when a running container uses it.
    public func removeImage(_ reference: String, force: Bool = false) async throws {
        var request = try image(.DELETE, reference)
        if force { request.query = [("force", "1")] }
        try await perform(request, within: deadlines.work)
    }

    /// The images of the host, without intermediate ones (`GET /images/json`).
    /// - `filters`: the engine's filters, such as `["label": ["a=b"], "dangling": ["true"]]`.
    public func listImages(filters: [String: [String]] = [:]) async throws -> [ImageSummary] {
        try await fetch(
            [ImageSummary].self, EngineRequest(.GET, "/images/json", query: try EngineRequest.filters(filters)))
    }

    /// Removes images no container uses (`POST /images/prune`); without filters only those without a name.
    public func pruneImages(filters: [String: [String]] = [:]) async throws -> PruneReport {
        let request = EngineRequest(.POST, "/images/prune", query: try EngineRequest.filters(filters))
        let answer = try await fetch(PrunedImages.self, request, within: deadlines.work)
        return PruneReport(
            removed: (answer.ImagesDeleted ?? []).compactMap(\.Deleted), spaceReclaimed: answer.SpaceReclaimed ?? 0)
    }

    /// Fetches an image from its registry (`POST /images/create`).
    ///
    /// - `reference`: the image; without tag or digest `latest` is fetched, never all tags.
    /// - `onProgress`: is told each step, in order.
    /// - Throws: `EngineError`, of kind `failed` when the registry refuses or the transfer breaks.
    public func pullImage(
        _ reference: String, platform: String? = nil, credentials: RegistryCredentials? = nil,
        onProgress: (PullProgress) async throws -> Void = { _ in }
    ) async throws {
        let parts = ImageReferenceParts(reference)
        var request = EngineRequest(.POST, "/images/create", query: [("fromImage", parts.name), ("tag", parts.tag)])
        if let platform { request.query.append(("platform", platform)) }
        if let credentials {
            request.headers.append(("X-Registry-Auth", EngineJSON.base64URLEncode(try EngineJSON.encode(credentials))))
        }
        let exchange = try await open(request, headWithin: nil)
        defer { exchange.close() }
        var lines = JSONLines(exchange)
        while let bytes = try await lines.next() {
            let line = try EngineJSON.decode(ProgressLine.self, from: bytes)
            if let failure = line.failure { throw EngineError(.failed, failure.message) }
            guard let status = line.status else { continue }
            try await onProgress(
                PullProgress(
                    id: line.id, status: status, current: line.progressDetail?.current,
                    total: line.progressDetail?.total))
        }
    }

    private func image(_ method: HTTPMethod, _ reference: String, _ action: String = "") throws -> EngineRequest {
        EngineRequest(method, "/images/\(try EngineRequest.reference(reference))\(action)")
    }
}

/// The answer to `POST /images/prune`; both fields are null or missing when nothing was removed.
private struct PrunedImages: Decodable {
    let ImagesDeleted: [Item]?
    let SpaceReclaimed: Int?

    struct Item: Decodable {
        let Deleted: String?
    }
}

/// A reference as `POST /images/create` wants it: name, and tag or digest.
struct ImageReferenceParts: Equatable {
    let name: String
    let tag: String

    /// A colon is a tag's only behind the last slash; before it, it is a registry's port.
    init(_ reference: String) {
        if let at = reference.firstIndex(of: "@") {
            name = String(reference[..<at])
            tag = String(reference[reference.index(after: at)...])
            return
        }
        let base = reference.lastIndex(of: "/").map(reference.index(after:)) ?? reference.startIndex
        if let colon = reference[base...].lastIndex(of: ":") {
            name = String(reference[..<colon])
            tag = String(reference[reference.index(after: colon)...])
        } else {
            name = reference
            tag = "latest"
        }
    }
}
