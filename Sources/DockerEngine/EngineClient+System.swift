import NIOHTTP1

extension EngineClient {
    /// Asks whether the engine is there, and which API versions and builder it has (`GET /_ping`).
    /// - Throws: `EngineError` of kind `unreachable` within milliseconds when nothing listens on the socket.
    public func ping() async throws -> EnginePing {
        var request = EngineRequest(.GET, "/_ping")
        request.isVersioned = false
        let response = try await perform(request)
        guard let text = response.headers.first(name: "Api-Version"), let version = EngineAPIVersion(text) else {
            throw EngineError(
                .protocolViolation, "what answers at \(socketPath) names no API version, so it is not a Docker engine",
                body: String(decoding: response.body, as: UTF8.self))
        }
        return EnginePing(
            apiVersion: version,
            builderVersion: response.headers.first(name: "Builder-Version") ?? "1",
            osType: response.headers.first(name: "Ostype") ?? "linux")
    }

    /// The engine's versions (`GET /version`).
    public func version() async throws -> EngineVersion {
        try await fetch(EngineVersion.self, EngineRequest(.GET, "/version"))
    }

    /// The engine's state and its host (`GET /info`).
    public func info() async throws -> EngineInfo {
        try await fetch(EngineInfo.self, EngineRequest(.GET, "/info"))
    }
}
