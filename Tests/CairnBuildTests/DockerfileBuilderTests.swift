import CairnCore
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import CairnBuild
@testable import DockerEngine

@Suite("The Dockerfile builder")
struct DockerfileBuilderTests {
    @Test func asksTheEngineForWhatTheSettingsSay() async throws {
        let files = ["web/deploy/Dockerfile": "FROM x", "web/app": "a", "other": "o"]
        let source = try source(files)
        var settings = BuildSettings(buildID: "b42")
        settings.buildDirectory = "web"
        settings.dockerfilePath = "deploy/Dockerfile"
        settings.buildArguments = ["VERSION": "1"]
        settings.target = "final"
        settings.noCache = true
        settings.pull = true
        settings.labels = ["team": "blue", "cairn.app": "forged"]
        let engine = ScriptedEngine()
        let reporter = RecordingReporter()
        let image = try await DockerfileBuilder().build(source, settings: settings, on: engine, reporter: reporter)

        let options = try #require(engine.options)
        #expect(options.version == .buildKit)
        #expect(options.dockerfile == "deploy/Dockerfile")
        #expect(options.tags == ["cairn/shop:b42"])
        #expect(options.buildArguments == ["VERSION": "1"])
        #expect(options.target == "final")
        #expect(options.noCache)
        #expect(options.pull)
        #expect(options.buildID == "b42")
        #expect(options.labels == ["team": "blue", "cairn.app": "shop", "cairn.builder": "dockerfile"])
        #expect(try await Tar.paths(engine.context) == ["deploy/", "app", "deploy/Dockerfile"])
        #expect(reporter.lines == ["-----> Building shop from web/deploy/Dockerfile"])
        #expect(image.id == "sha256:made")
        #expect(image.builder == "dockerfile")
        #expect(image.exposedPorts == [.init(port: 53, proto: "udp"), .init(port: 8080, proto: "tcp")])
    }

    @Test func findsADockerfileWhereItShouldBe() async throws {
        let builder = DockerfileBuilder()
        var settings = BuildSettings(buildID: "b")
        #expect(try await builder.detects(source(["Dockerfile": ""]), settings: settings))
        #expect(try await !builder.detects(source(["web/Dockerfile": ""]), settings: settings))
        #expect(try await !builder.detects(source(["Dockerfile": ""], kind: .image("x")), settings: settings))
        settings.buildDirectory = "web"
        #expect(try await builder.detects(source(["web/Dockerfile": ""]), settings: settings))
        settings.dockerfilePath = "Dockerfile.prod"
        #expect(try await !builder.detects(source(["web/Dockerfile": ""]), settings: settings))
    }

    @Test func aSourceThatNoBuilderKnowsIsAnError() async throws {
        var settings = BuildSettings(buildID: "b")
        let source = try source(["README": ""])
        let error = await #expect(throws: CairnError.self) {
            try await BuilderChoice.choose(for: source, settings: settings)
        }
        #expect(error?.code == .noBuilder)
        #expect(error?.hint?.contains("Dockerfile") == true)
        settings.selectedBuilder = "dockerfile"
        let builder = try await BuilderChoice.choose(for: source, settings: settings)
        let missing = await #expect(throws: CairnError.self) {
            try await DockerfileBuilder().build(
                source, settings: settings, on: ScriptedEngine(), reporter: SilentReporter())
        }
        #expect(builder.name == "dockerfile")
        #expect(missing?.message == "The source has no 'Dockerfile'")
        settings.selectedBuilder = "nix"
        let unknown = await #expect(throws: CairnError.self) {
            try await BuilderChoice.choose(for: source, settings: settings)
        }
        #expect(unknown?.message == "There is no builder 'nix'")
    }

    @Test func anEngineWithoutBuildKitBuildsTheClassicWay() async throws {
        let engine = ScriptedEngine(builderVersion: "")
        engine.events = [.stream("Step 1/1 : FROM x\n"), .stream(" ---> Using cache\n")]
        let image = try await build(on: engine)
        #expect(engine.options?.version == .classic)
        #expect(image.steps == 1)
        #expect(image.cachedSteps == 1)
    }

    @Test(
        "What the engine refuses is told by code",
        arguments: [
            (EngineError.Kind.unreachable, "connect: no such file", CairnError.Code.engineDown),
            (.http(status: 400), "dockerfile parse error", .buildFailed), (.timeout, "30 s", .engineFailed),
            (.http(status: 500), "write: no space left on device", .diskFull), (.protocolViolation, "x", .engineFailed),
        ])
    func engineErrors(kind: EngineError.Kind, message: String, code: CairnError.Code) async throws {
        let engine = ScriptedEngine()
        engine.error = EngineError(kind, message)
        let error = await #expect(throws: CairnError.self) { try await build(on: engine) }
        #expect(error?.code == code)
    }

    @Test func aSourceThatCannotBeReadKeepsItsOwnError() async throws {
        let tree = DirectorySourceTree(path: "/nowhere")
        let source = Source(
            app: try AppName(validating: "shop"), kind: .rebuild, revision: nil, tree: tree, description: "")
        let error = await #expect(throws: CairnError.self) {
            try await DockerfileBuilder().build(
                source, settings: BuildSettings(buildID: "b"), on: ScriptedEngine(), reporter: SilentReporter())
        }
        #expect(error?.code == .io)
    }

    @Test func aFailedBuildIsExplained() async throws {
        let engine = ScriptedEngine()
        engine.events = try RecordedBuild.events()
        engine.failure = RecordedBuild.failure
        let error = await #expect(throws: CairnError.self) { try await build(on: engine) }
        #expect(error?.message == "The build failed at [stage-1 4/4] RUN echo last words; exit 3: exit code 3")
        #expect(error?.evidence == ["last words"])
    }

    @Test func aFrontendIsNamedWhenNoStepBegan() async throws {
        let engine = ScriptedEngine()
        engine.failure = "failed to solve: no such host"
        let error = await #expect(throws: CairnError.self) {
            try await build(on: engine, files: ["Dockerfile": "# syntax=docker/dockerfile:1.9\nFROM x"])
        }
        #expect(error?.hint?.contains("'docker/dockerfile:1.9'") == true)
    }

    @Test(.timeLimit(.minutes(5)))
    func cancellingCancelsAtTheEngine() async throws {
        let engine = ScriptedEngine()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        engine.onBuild = {
            start.yield()
            // Only cancellation ends this.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            throw EngineError(.cancelled, "the call was cancelled")
        }
        let source = try source(["Dockerfile": "FROM x"])
        let task = Task {
            try await DockerfileBuilder().build(
                source, settings: BuildSettings(buildID: "b7"), on: engine, reporter: SilentReporter())
        }
        for await _ in started { break }
        task.cancel()
        let error = await #expect(throws: CairnError.self) { try await task.value }
        #expect(error?.code == .deployCancelled)
        #expect(engine.cancelled == ["b7"])
    }

    @Test(
        arguments: [
            ("web", "cairn/web:1"), ("my-app.v2", "cairn/my-app.v2:1"),
        ])
    func tags(app: String, tag: String) throws {
        #expect(ImageBuild.standardTag(app: try AppName(validating: app), buildID: "1") == tag)
    }

    @Test(arguments: [("80", 80, "tcp"), ("80/tcp", 80, "tcp"), ("53/UDP", 53, "udp")])
    func ports(text: String, port: Int, proto: String) {
        #expect(BuiltImage.ExposedPort(text) == .init(port: port, proto: proto))
    }

    @Test(arguments: ["", "x", "0", "65536/tcp", "-1"])
    func noPorts(text: String) {
        #expect(BuiltImage.ExposedPort(text) == nil)
    }

    private func build(
        on engine: ScriptedEngine, files: [String: String] = ["Dockerfile": "FROM x"]
    ) async throws -> BuiltImage {
        try await DockerfileBuilder().build(
            source(files), settings: BuildSettings(buildID: "b"), on: engine, reporter: SilentReporter())
    }

    private func source(_ files: [String: String], kind: Source.Kind = .gitPush) throws -> Source {
        Source(
            app: try AppName(validating: "shop"), kind: kind, revision: nil, tree: MemoryTree(files: files),
            description: "a test")
    }
}

/// A tree that is only files made up here.
struct MemoryTree: SourceTree {
    let files: [String: String]

    func file(at path: RelativePath, maximum: Int) async throws -> [UInt8]? {
        files[path.rawValue].map { Array($0.utf8) }
    }

    func contains(_ path: RelativePath) async throws -> Bool { files[path.rawValue] != nil }

    func names(in directory: RelativePath?) async throws -> [String] {
        let prefix = directory.map { $0.rawValue + "/" } ?? ""
        return Set(files.keys.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count).prefix { $0 != "/" } })
            .map(String.init)
    }

    func archive(_ options: ArchiveOptions) -> AsyncThrowingStream<ByteBuffer, any Error> {
        var options = options
        let prefix = options.directory.map { $0.rawValue + "/" } ?? ""
        for (path, content) in files where path.hasPrefix(prefix) {
            guard let path = try? RelativePath(validating: String(path.dropFirst(prefix.count))) else { continue }
            options.extraFiles.append(ExtraFile(path: path, content: Array(content.utf8)))
        }
        return EmptySourceTree().archive(options)
    }
}

/// An engine that does what the test says.
private final class ScriptedEngine: BuildEngine {
    private struct State {
        var options: BuildOptions?
        var context: [UInt8] = []
        var cancelled: [String] = []
        var events: [BuildEvent] = []
        var failure: String?
        var error: EngineError?
        var onBuild: (@Sendable () async throws -> Void)?
    }

    private let state = Mutex(State())
    private let builderVersion: String

    init(builderVersion: String = "2") { self.builderVersion = builderVersion }

    var options: BuildOptions? { state.withLock { $0.options } }
    var context: [UInt8] { state.withLock { $0.context } }
    var cancelled: [String] { state.withLock { $0.cancelled } }
    var events: [BuildEvent] {
        get { state.withLock { $0.events } }
        set { state.withLock { $0.events = newValue } }
    }
    var failure: String? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }
    var error: EngineError? {
        get { state.withLock { $0.error } }
        set { state.withLock { $0.error = newValue } }
    }
    var onBuild: (@Sendable () async throws -> Void)? {
        get { state.withLock { $0.onBuild } }
        set { state.withLock { $0.onBuild = newValue } }
    }

    func ping() async throws -> EnginePing {
        if let error { throw error }
        return EnginePing(
            apiVersion: EngineAPIVersion(major: 1, minor: 41), builderVersion: builderVersion, osType: "linux")
    }

    func buildImage<Context: AsyncSequence & Sendable>(
        _ options: BuildOptions, context: Context, onEvent: (BuildEvent) async throws -> Void
    ) async throws -> BuildResult where Context.Element == ByteBuffer {
        state.withLock { $0.options = options }
        var received: [UInt8] = []
        for try await chunk in context { received += chunk.readableBytesView }
        state.withLock { $0.context = received }
        try await onBuild?()
        for event in events { try await onEvent(event) }
        return BuildResult(imageID: failure == nil ? "sha256:made" : nil, failure: failure)
    }

    func cancelBuild(id: String) async throws { state.withLock { $0.cancelled.append(id) } }

    func inspectImage(_ reference: String) async throws -> ImageInspect {
        let json = #"{"Id": "\#(reference)", "Config": {"ExposedPorts": {"8080/tcp": {}, "53/udp": {}}}}"#
        return try JSONDecoder().decode(ImageInspect.self, from: Data(json.utf8))
    }
}
