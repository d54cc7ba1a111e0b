public import NIOCore
import NIOHTTP1

extension EngineClient {
    /// Loads images from an archive as `docker save` writes it (`POST /images/load`).
    ///
    /// - `archive`: read only as fast as the engine takes it.
    /// - Returns: what the engine says it has loaded: names, or ids of images without one.
    /// - Throws: `EngineError`, of kind `failed` when the engine does not understand the archive.
    public func loadImages<Archive: AsyncSequence & Sendable>(
        _ archive: Archive
    ) async throws -> [String] where Archive.Element == ByteBuffer {
        var request = EngineRequest(.POST, "/images/load", query: [("quiet", "1")])
        request.headers = [("Content-Type", "application/x-tar"), ("Transfer-Encoding", "chunked")]
        let exchange = try await startUpload(request)
        // Leaving this scope cancels what is left of the upload, whose connection is closed by then.
        async let _: Void = exchange.upload(archive)
        defer { exchange.close() }
        _ = try await exchange.head()
        var loaded: [String] = []
        var lines = JSONLines(exchange)
        while let bytes = try await lines.next() {
            let line = try EngineJSON.decode(ProgressLine.self, from: bytes)
            if let failure = line.failure { throw EngineError(.failed, failure.message) }
            if let name = line.stream.flatMap(Self.loadedName) { loaded.append(name) }
        }
        return loaded
    }

    /// `Loaded image: name:tag` or `Loaded image ID: sha256:…`.
    private static func loadedName(_ text: String) -> String? {
        for prefix in ["Loaded image: ", "Loaded image ID: "] where text.hasPrefix(prefix) {
            return String(text.dropFirst(prefix.count).prefix { !$0.isNewline })
        }
        return nil
    }
}
