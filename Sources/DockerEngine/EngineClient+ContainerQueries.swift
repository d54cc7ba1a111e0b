import NIOHTTP1

extension EngineClient {
    /// One container by id or name (`GET /containers/{id}/json`).
    public func inspectContainer(_ id: String) async throws -> ContainerInspect {
        try await fetch(ContainerInspect.self, try inspection(id))
    }

    /// One container by id or name, as the engine's JSON bytes.
    public func inspectContainerRaw(_ id: String) async throws -> [UInt8] {
        try await perform(try inspection(id)).body
    }

    /// The containers of the host (`GET /containers/json`), newest first.
    ///
    /// - `all`: include those that do not run.
    /// - `labels`: only those with all of these labels, `key` or `key=value`.
    /// - `filters`: the engine's other filters, such as `["status": ["exited"]]`.
    public func listContainers(
        all: Bool = false, labels: [String] = [], filters: [String: [String]] = [:]
    ) async throws -> [ContainerSummary] {
        var request = EngineRequest(.GET, "/containers/json", query: all ? [("all", "1")] : [])
        request.query += try EngineRequest.filters(filters.withLabels(labels))
        // Lists look the same in every version, so the engine is not asked first which it speaks: that is one exchange
        // less for commands that ask nothing else.
        request.isVersioned = false
        return try await fetch([ContainerSummary].self, request)
    }

    /// The processes of a running container (`GET /containers/{id}/top`).
    /// - `arguments`: options of the host's `ps`; nil for `-ef`.
    public func top(_ id: String, arguments: String? = nil) async throws -> ContainerTop {
        let request = EngineRequest(
            .GET, "/containers/\(try EngineRequest.segment(id))/top",
            query: arguments.map { [("ps_args", $0)] } ?? [])
        return try await fetch(ContainerTop.self, request)
    }

    /// Makes an image of a container's file system and returns its id (`POST /commit`).
    ///
    /// - `repo`: the name of the image; nil leaves it without one.
    /// - `tag`: the tag of that name.
    /// - `changes`: Dockerfile instructions applied to its configuration, such as `CMD ["web"]`.
    public func commitContainer(
        _ id: String, repo: String? = nil, tag: String? = nil, changes: [String] = []
    ) async throws -> String {
        _ = try EngineRequest.segment(id)
        var request = EngineRequest(.POST, "/commit", query: [("container", id)])
        if let repo { request.query.append(("repo", repo)) }
        if let tag { request.query.append(("tag", tag)) }
        request.query += changes.map { ("changes", $0) }
        return try await fetch(CreatedID.self, request, within: deadlines.work).id
    }

    private func inspection(_ id: String) throws -> EngineRequest {
        EngineRequest(.GET, "/containers/\(try EngineRequest.segment(id))/json")
    }
}

extension [String: [String]] {
    /// These filters and one for labels.
    func withLabels(_ labels: [String]) -> [String: [String]] {
        labels.isEmpty ? self : merging(["label": labels]) { $0 + $1 }
    }
}
