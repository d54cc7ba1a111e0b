import CairnTestSupport
import DockerEngine
import NIOCore
import Testing

@Suite("Building", .timeLimit(.minutes(5)))
struct BuildTests {
    @Test func optionsAreTheQueryAndTheContextTheBody() async throws {
        let options = {
            var options = BuildOptions(
                dockerfile: "docker/web", tags: ["web:1", "web:2"], buildArguments: ["A": "1", "HTTP_PROXY": nil],
                target: "run", labels: ["app": "web"], noCache: true, pull: true, buildID: "b1", networkMode: "host")
            options.extraHosts = ["db:10.0.0.1"]
            options.cacheFrom = ["web:0"]
            return options
        }()
        let lines = """
            {"id":"moby.buildkit.trace","aux":"CgIIAQ=="}
            {"stream":"Step 1/1 : FROM debian\\n"}
            {"status":"Pulling","id":"l1"}
            {"id":"moby.image.id","aux":{"ID":"sha256:abc"}}

            """.replacing("\n", with: "\r\n")
        try await StubEngine.with(respond: { _ in .json(lines) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let events = Mutexed<[BuildEvent]>([])
            let result = try await client.buildImage(options, context: pieces(Array("0123456789".utf8), size: 3)) {
                events.value.append($0)
            }
            #expect(result == BuildResult(imageID: "sha256:abc"))
            #expect(
                events.value == [
                    .trace([10, 2, 8, 1]), .stream("Step 1/1 : FROM debian\n"), .status(id: "l1", text: "Pulling"),
                    .imageID("sha256:abc"),
                ])
            #expect(
                stub.requests.map(\.line) == [
                    "POST /v1.41/build?version=2&dockerfile=docker%2Fweb&t=web%3A1&t=web%3A2"
                        + "&buildargs=%7B%22A%22%3A%221%22%2C%22HTTP_PROXY%22%3Anull%7D&target=run"
                        + "&labels=%7B%22app%22%3A%22web%22%7D&nocache=1&pull=1&buildid=b1&networkmode=host"
                        + "&extrahosts=db%3A10.0.0.1&cachefrom=%5B%22web%3A0%22%5D"
                ])
            #expect(stub.requests[0].body == "0123456789")
            #expect(stub.requests[0].headers["transfer-encoding"] == "chunked")
            #expect(stub.requests[0].headers["content-type"] == "application/x-tar")
            #expect(stub.requests[0].headers["content-length"] == nil)
        }
    }

    @Test func classicBuilderCleansUp() async throws {
        try await StubEngine.with(respond: { _ in .json(#"{"aux":{"ID":"sha256:1"}}"#) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let result = try await client.buildImage(BuildOptions(version: .classic), context: pieces([])) { _ in }
            #expect(result.imageID == "sha256:1")
            #expect(stub.requests.map(\.uri) == ["/v1.41/build?version=1&rm=1&forcerm=1"])
        }
    }

    @Test func failureIsAResult() async throws {
        let line = #"{"errorDetail":{"code":7,"message":"exit code: 7\n"},"error":"exit code: 7"}"#
        try await StubEngine.with(respond: { _ in .json(line) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let events = Mutexed<[BuildEvent]>([])
            let result = try await client.buildImage(BuildOptions(), context: pieces([1])) { events.value.append($0) }
            #expect(result == BuildResult(failure: "exit code: 7", failureCode: 7))
            #expect(events.value == [.error(message: "exit code: 7", code: 7)])
        }
    }

    @Test("An engine that refuses while the context is still sent is heard")
    func earlyRefusal() async throws {
        let refusal: @Sendable (StubRequest) -> StubAnswer? = {
            $0.uri.contains("/build") ? .refusal(400, "dockerfile parse error") : nil
        }
        let stub = try await StubEngine(onHead: refusal) { _ in .noContent }
        let client = EngineClient(socketPath: stub.socketPath)
        let endless = AsyncStream<ByteBuffer> { ByteBuffer(repeating: 0, count: 65_536) }
        let error = await #expect(throws: EngineError.self) {
            try await client.buildImage(BuildOptions(), context: endless) { _ in }
        }
        #expect(error == EngineError(.http(status: 400), "dockerfile parse error", body: error?.body))
        try await stub.stop()
    }

    private struct Unreadable: Error, Equatable {}

    @Test func contextThatFailsFailsTheBuildWithItsError() async throws {
        try await StubEngine.with(respond: { _ in .noContent }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let context = AsyncThrowingStream<ByteBuffer, any Error> { continuation in
                continuation.yield(ByteBuffer(string: "abc"))
                continuation.finish(throwing: Unreadable())
            }
            await #expect(throws: Unreadable()) {
                try await client.buildImage(BuildOptions(), context: context) { _ in }
            }
            #expect(stub.requests.isEmpty)
        }
    }

    @Test func theListenersErrorEndsTheBuild() async throws {
        try await StubEngine.with(respond: { _ in .unfinished(body: Array("{\"stream\":\"a\"}\n".utf8)) }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            await #expect(throws: Unreadable()) {
                try await client.buildImage(BuildOptions(), context: pieces([1])) { _ in throw Unreadable() }
            }
            for await uri in stub.closures where uri.contains("/build") { break }
        }
    }

    @Test func cancellingClosesTheConnection() async throws {
        try await StubEngine.with(respond: { _ in .silence }) { stub in
            let client = EngineClient(socketPath: stub.socketPath)
            let build = Task { try await client.buildImage(BuildOptions(), context: pieces([1])) { _ in } }
            for await _ in stub.arrivals { break }
            build.cancel()
            let error = await #expect(throws: EngineError.self) { try await build.value }
            #expect(error?.kind == .cancelled)
            for await uri in stub.closures where uri.contains("/build") { break }
        }
    }
}
