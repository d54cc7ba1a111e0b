import NIOHTTP1

extension EngineClient {
    /// Creates a volume, or returns the one of that name (`POST /volumes/create`).
    @discardableResult
    public func createVolume(_ spec: VolumeSpec) async throws -> Volume {
        try await fetch(
            Volume.self, try EngineRequest(.POST, "/volumes/create").with(json: spec), within: deadlines.work)
    }

    /// One volume (`GET /volumes/{name}`).
    public func inspectVolume(_ name: String) async throws -> Volume {
        try await fetch(Volume.self, EngineRequest(.GET, "/volumes/\(try EngineRequest.segment(name))"))
    }

    /// The volumes of the host (`GET /volumes`).
    /// - `labels`: only those with all of these labels, `key` or `key=value`.
    /// - `filters`: the engine's other filters, such as `["dangling": ["true"]]`.
    public func listVolumes(labels: [String] = [], filters: [String: [String]] = [:]) async throws -> [Volume] {
        let query = try EngineRequest.filters(filters.withLabels(labels))
        return try await fetch(VolumeList.self, EngineRequest(.GET, "/volumes", query: query)).Volumes ?? []
    }

    /// Removes a volume and its files (`DELETE /volumes/{name}`).
    /// - Throws: `EngineError` with `isConflict` while a container uses it.
    public func removeVolume(_ name: String, force: Bool = false) async throws {
        var request = EngineRequest(.DELETE, "/volumes/\(try EngineRequest.segment(name))")
        if force { request.query = [("force", "1")] }
        try await perform(request, within: deadlines.work)
    }
}

private struct VolumeList: Decodable {
    let Volumes: [Volume]?
}
