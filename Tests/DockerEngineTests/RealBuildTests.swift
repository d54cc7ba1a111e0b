import DockerEngine
import NIOCore
import Testing

@Suite("Builds of a real engine", .needsEngine, .timeLimit(.minutes(5)))
struct RealBuildTests {
    private let engine = RealEngine.client

    private func context(_ dockerfile: String) -> AsyncStream<ByteBuffer> {
        pieces(tar([("Dockerfile", "FROM \(RealEngine.image)\n\(dockerfile)\n"), ("greeting", "hello\n")]))
    }

    @Test(arguments: [BuildOptions.Version.buildKit, .classic])
    func buildGivesAnImageAndItsProgress(version: BuildOptions.Version) async throws {
        let name = RealEngine.name("build")
        let options = BuildOptions(
            version: version, tags: ["\(name):v1"], buildArguments: ["WHO": "me"], labels: [name: "1"],
            buildID: name)
        var events: [BuildEvent] = []
        let dockerfile = "ARG WHO\nCOPY greeting /\nRUN echo $WHO >> /greeting\nEXPOSE 5000 53/udp\nCMD cat /greeting"
        let result = try await engine.buildImage(options, context: context(dockerfile)) { events.append($0) }
        let id = try #require(result.imageID)
        try await RealEngine.cleaning {
            try await engine.removeImage("\(name):v1", force: true)
        } after: {
            #expect(events.contains(.imageID(id)))
            let image = try await engine.inspectImage("\(name):v1")
            #expect(image.id == id)
            #expect(image.config.exposedPorts == ["5000/tcp", "53/udp"])
            #expect(image.config.labels[name] == "1")
            let traces = events.filter { if case .trace = $0 { true } else { false } }
            #expect(traces.isEmpty == (version == .classic))
            try await greets(id)
        }
    }

    private func greets(_ image: String) async throws {
        let adjust: (inout ContainerSpec) -> Void = {
            $0.image = image
            $0.cmd = nil
        }
        try await RealEngine.withContainer("", adjust) { container in
            let wait = try await engine.beginWait(container, .nextExit)
            try await engine.startContainer(container)
            #expect(try await wait.exitCode() == 0)
            var output = Output()
            try await engine.logs(container) { output.add($0) }
            #expect(output == Output(out: "hello\nme\n"))
        }
    }

    @Test func failedStepIsAResult() async throws {
        var events: [BuildEvent] = []
        let result = try await engine.buildImage(
            BuildOptions(noCache: true), context: context("RUN exit 7")
        ) { events.append($0) }
        #expect(result.imageID == nil)
        #expect(result.failure?.contains("exit code: 7") == true)
        #expect(events.last == .error(message: result.failure ?? "", code: result.failureCode))
    }

    @Test func brokenDockerfile() async throws {
        let result = try await engine.buildImage(BuildOptions(), context: context("NONSENSE")) { _ in }
        #expect(result.failure?.contains("NONSENSE") == true)
    }

    /// A build that would sleep for minutes; `body` runs when it does.
    private func sleepingBuild(_ id: String, whenAsleep body: @escaping @Sendable () async throws -> Void) async throws
        -> BuildResult
    {
        let step = Array("RUN sleep 271".utf8)
        let (asleep, sleeps) = AsyncStream<Void>.makeStream()
        async let other: Void = {
            for await _ in asleep { break }
            try await body()
        }()
        let result = try await engine.buildImage(
            BuildOptions(noCache: true, buildID: id), context: context("RUN sleep 271")
        ) { event in
            if case .trace(let record) = event, record.firstRange(of: step) != nil { sleeps.yield() }
        }
        try await other
        return result
    }

    @Test func cancelledByItsID() async throws {
        let id = RealEngine.name("build")
        let result = try await sleepingBuild(id) { try await RealEngine.client.cancelBuild(id: id) }
        #expect(result.imageID == nil)
        #expect(result.failure != nil)
    }

    @Test func cancelledWithItsTask() async throws {
        let id = RealEngine.name("build")
        let task = Mutexed<Task<BuildResult, any Error>?>(nil)
        task.value = Task {
            try await sleepingBuild(id) { task.value?.cancel() }
        }
        let error = await #expect(throws: EngineError.self) { try await task.value?.value }
        #expect(error?.kind == .cancelled)
    }

    @Test func cancellingAnUnknownBuildIsFine() async throws {
        try await engine.cancelBuild(id: RealEngine.name("build"))
    }
}
