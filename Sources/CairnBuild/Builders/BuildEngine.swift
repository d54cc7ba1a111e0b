import DockerEngine
import NIOCore

/// What a builder needs of the engine: its client, or a scripted one in tests.
protocol BuildEngine: Sendable {
    func ping() async throws -> EnginePing
    func buildImage<Context: AsyncSequence & Sendable>(
        _ options: BuildOptions, context: Context, onEvent: (BuildEvent) async throws -> Void
    ) async throws -> BuildResult where Context.Element == ByteBuffer
    func cancelBuild(id: String) async throws
    func inspectImage(_ reference: String) async throws -> ImageInspect
}

extension EngineClient: BuildEngine {}
