import DockerEngine
import FoundationEssentials
import Testing

/// The engine of this host, for tests that ask a real one.
enum RealEngine {
    private static let environment = ProcessInfo.processInfo.environment

    static let client = EngineClient(socketPath: environment["CAIRN_ENGINE_SOCKET"] ?? "/var/run/docker.sock")
    /// A small image with a shell and the usual commands.
    static let image = environment["CAIRN_TEST_IMAGE"] ?? "debian:bookworm-slim"

    static func isReady() async -> Bool {
        (try? await client.inspectImage(image)) != nil
    }

    /// A name no other test uses.
    static func name(_ purpose: String) -> String {
        "engine-test-\(purpose)-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
    }

    /// Runs a test with a container of a shell line and removes it afterwards.
    static func withContainer<Result>(
        _ shellLine: String, _ adjust: (inout ContainerSpec) -> Void = { _ in },
        _ test: (String) async throws -> Result
    ) async throws -> Result {
        var spec = ContainerSpec(image: image, cmd: ["sh", "-c", shellLine])
        spec.hostConfig.`init` = true
        adjust(&spec)
        let id = try await client.createContainer(name: name("container"), spec)
        return try await cleaning {
            try await client.removeContainer(id, force: true, volumes: true)
        } after: {
            try await test(id)
        }
    }

    /// Runs `body`, then `clean`, which must not hide what `body` threw.
    static func cleaning<Result>(
        _ clean: () async throws -> Void, after body: () async throws -> Result
    ) async throws -> Result {
        let result: Result
        do {
            result = try await body()
        } catch {
            try? await clean()
            throw error
        }
        try await clean()
        return result
    }
}

extension Trait where Self == ConditionTrait {
    /// Tests that ask the engine of this host.
    static var needsEngine: Self {
        .enabled("needs a Docker engine with the image \(RealEngine.image)") { await RealEngine.isReady() }
    }
}

/// Standard output and error of a process as text.
struct Output: Equatable {
    var out = ""
    var err = ""

    mutating func add(_ chunk: LogChunk) {
        let text = String(decoding: chunk.bytes, as: UTF8.self)
        if chunk.stream == .standardError { err += text } else { out += text }
    }
}

extension OutputSequence {
    /// Everything until the end.
    func text() async throws -> Output {
        var output = Output()
        for try await chunk in self { output.add(chunk) }
        return output
    }
}
