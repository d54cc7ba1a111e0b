import NIOHTTP1

extension EngineClient {
    /// A file or directory of a container, which need not run, as a tar archive (`GET /containers/{id}/archive`). For what
    /// is small: it is all kept in memory.
    public func archive(of id: String, at path: String) async throws -> [UInt8] {
        let request = EngineRequest(
            .GET, "/containers/\(try EngineRequest.segment(id))/archive", query: [("path", path)])
        return try await perform(request, within: deadlines.work).body
    }
}
