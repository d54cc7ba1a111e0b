import CairnCore
import DockerEngine
import Foundation
import LibGit
import CairnTestSupport
import Testing

@testable import CairnBuild

/// Builds from bare repositories with the engine of this host.
@Suite(
    "Builds at a real engine", .serialized, .timeLimit(.minutes(5)),
    .enabled("needs a Docker engine with the image debian:bookworm-slim") { await RealEngine.hasBaseImage() })
struct RealEngineTests {
    let engine = EngineClient(socketPath: RealEngine.socketPath)

    @Test func aCommitBecomesAnImageAndASecondBuildIsCached() async throws {
        let mark = UUID().uuidString
        let fixture = try await GitFixture()
        try fixture.write(
            "Dockerfile",
            """
            FROM \(RealEngine.baseImage)
            ARG GREETING=none
            COPY . /app
            RUN --mount=type=cache,target=/cache,id=\(mark) echo \(mark) "$GREETING" > /greeting && touch /cache/seen
            RUN echo files: $(cd /app && find . -type f | sort) link: $(readlink /app/link) && test -x /app/run && test ! -x /app/data
            EXPOSE 5000 53/udp
            """)
        try fixture.write(".dockerignore", "*.log\ntmp\n!tmp/keep\n")
        for path in ["data", "debug.log", "tmp/drop", "tmp/keep", "größe"] { try fixture.write(path, path) }
        try fixture.write("run", "#!/bin/sh", executable: true)
        try fixture.link("link", to: "run")

        try await withImages { tag in
            var settings = BuildSettings(buildID: UUID().uuidString, tag: tag)
            settings.buildArguments = ["GREETING": "hello"]
            settings.labels = ["team": "blue"]
            let reporter = RecordingReporter()
            let source = try await source(fixture)
            let image = try await DockerfileBuilder().build(
                source, settings: settings, engine: engine, reporter: reporter)
            #expect(image.exposedPorts == [.init(port: 53, proto: "udp"), .init(port: 5000, proto: "tcp")])
            #expect(image.steps == 4)
            #expect(
                reporter.details.contains(
                    "  files: ./.dockerignore ./Dockerfile ./data ./größe ./run ./tmp/keep link: run"),
                "\(reporter.lines)")
            let made = try await engine.inspectImage(tag)
            #expect(made.id == image.id)
            #expect(made.config.labels == ["team": "blue", "cairn.app": "bld-shop", "cairn.builder": "dockerfile"])

            let second = RecordingReporter()
            settings.buildID = UUID().uuidString
            let again = try await DockerfileBuilder().build(
                source, settings: settings, engine: engine, reporter: second)
            #expect(again.cachedSteps >= 3)
            #expect(again.steps == 4)
            #expect(second.details.contains { $0.hasPrefix("[2/4] COPY . /app: cached") }, "\(second.lines)")
        }
    }

    @Test func aTargetStopsEarlier() async throws {
        let fixture = try await GitFixture()
        try fixture.write(
            "Dockerfile",
            """
            FROM \(RealEngine.baseImage) AS first
            LABEL stage=first
            FROM first AS second
            LABEL stage=second
            RUN exit 1
            """)
        try await withImages { tag in
            var settings = BuildSettings(buildID: UUID().uuidString, tag: tag)
            settings.target = "first"
            let image = try await DockerfileBuilder().build(
                source(fixture), settings: settings, engine: engine, reporter: SilentReporter())
            #expect(try await engine.inspectImage(image.id).config.labels["stage"] == "first")
        }
    }

    @Test func aFailedStepIsTheEvidence() async throws {
        let error = try await failure(
            "FROM \(RealEngine.baseImage)\nRUN for i in $(seq 1 30); do echo line $i; done; echo \(UUID()) >&2; exit 7")
        #expect(error.code == .buildFailed)
        #expect(error.message.hasPrefix("The build failed at [2/2] RUN for i in"))
        #expect(error.message.hasSuffix("exit code 7"))
        #expect(error.evidence.count == 20)
        #expect(error.evidence.contains("line 30"))
    }

    @Test func aKilledStepRanOutOfMemory() async throws {
        let error = try await failure("FROM \(RealEngine.baseImage)\nRUN echo \(UUID()); (sh -c 'kill -9 $$'); exit $?")
        #expect(error.code == .buildOutOfMemory)
    }

    @Test func aDockerfileThatIsNoneSaysWhere() async throws {
        let error = try await failure("FROM \(RealEngine.baseImage)\nRUM x")
        #expect(error.code == .buildFailed)
        #expect(error.message.contains("unknown instruction: RUM"), "\(error)")
    }

    @Test func aFrontendThatCannotBeFetchedIsHinted() async throws {
        let error = try await failure("# syntax=registry.invalid/frontend:1\nFROM \(RealEngine.baseImage)\n")
        #expect(error.code == .buildFailed)
        #expect(error.hint?.contains("'registry.invalid/frontend:1'") == true, "\(error)")
    }

    @Test func aBaseImageThatDoesNotExistIsHinted() async throws {
        let error = try await failure("FROM registry.invalid/nothing:1\n")
        #expect(error.code == .buildFailed)
        #expect(error.hint?.contains("'registry.invalid/nothing:1'") == true, "\(error)")
    }

    @Test func theClassicBuilderWorksToo() async throws {
        let fixture = try await GitFixture()
        let mark = "bld.test=\(UUID())"
        try fixture.write(
            "Dockerfile", "FROM \(RealEngine.baseImage)\nLABEL \(mark)\nCOPY . /app\nRUN exit 9\n")
        let source = try await source(fixture)
        var progress = BuildProgress(version: .classic, reporter: SilentReporter())
        let result = try await engine.buildImage(
            BuildOptions(version: .classic, dockerfile: "Dockerfile"),
            context: source.tree.archive(ArchiveOptions(dockerfile: "Dockerfile"))
        ) { try progress.take($0) }
        #expect(result.failureCode == 9)
        #expect(progress.failedStep?.name == "[4/4] RUN exit 9")
        #expect(progress.steps == 4)
        // The classic builder keeps what it had made before the failure.
        for image in try await engine.listImages(filters: ["label": [mark]]) {
            try await engine.removeImage(image.id, force: true)
        }
    }

    @Test func cancellingStopsTheBuild() async throws {
        let fixture = try await GitFixture()
        try fixture.write("Dockerfile", "FROM \(RealEngine.baseImage)\nRUN echo begun \(UUID()); sleep 600\n")
        let source = try await source(fixture)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let reporter = RecordingReporter { if $0.hasPrefix("  begun") { begin.yield() } }
        let settings = BuildSettings(buildID: UUID().uuidString, tag: "bld-cancelled:1")
        let build = Task {
            try await DockerfileBuilder().build(source, settings: settings, engine: engine, reporter: reporter)
        }
        for await _ in begun { break }
        let clock = ContinuousClock()
        let start = clock.now
        build.cancel()
        let error = await #expect(throws: CairnError.self) { try await build.value }
        #expect(error?.code == .deployCancelled)
        #expect(clock.now - start < .seconds(10))
        let missing = await #expect(throws: EngineError.self) { try await engine.inspectImage("bld-cancelled:1") }
        #expect(missing?.isNotFound == true)
    }

    @Test func aSourceThatBreaksOffKeepsItsOwnError() async throws {
        let error = try await failure("FROM \(RealEngine.baseImage)\n", dockerignore: "[open\n")
        #expect(error.code == .invalidFile)
        #expect(error.message == "Line 1 of .dockerignore is not a pattern: [open")
    }

    @Test func noEngineIsToldAtOnce() async throws {
        let fixture = try await GitFixture()
        try fixture.write("Dockerfile", "FROM x")
        let nobody = EngineClient(socketPath: "/tmp/bld-no-engine.sock")
        let source = try await source(fixture)
        let error = await #expect(throws: CairnError.self) {
            try await DockerfileBuilder().build(
                source, settings: BuildSettings(buildID: "b"), engine: nobody, reporter: SilentReporter())
        }
        #expect(error?.code == .engineDown)
    }

    /// Pushes to a bare repository, as a deploy sees it.
    private func source(_ fixture: GitFixture) async throws -> Source {
        let bare = fixture.directory + "/bld-shop.git"
        try Repository.initializeBare(at: bare)
        let commit = try await fixture.commit()
        try await fixture.git("push", "--quiet", bare, "HEAD:refs/heads/main")
        return Source(
            app: try AppName(validating: "bld-shop"), kind: .gitPush, revision: commit,
            tree: GitSourceTree(repositoryPath: bare, commit: try #require(ObjectID(commit))), description: "a test")
    }

    private func failure(_ dockerfile: String, dockerignore: String = "") async throws -> CairnError {
        let fixture = try await GitFixture()
        try fixture.write("Dockerfile", dockerfile)
        try fixture.write(".dockerignore", dockerignore)
        let source = try await source(fixture)
        return try #require(
            await #expect(throws: CairnError.self) {
                try await DockerfileBuilder().build(
                    source, settings: BuildSettings(buildID: UUID().uuidString), engine: engine,
                    reporter: SilentReporter())
            })
    }

    private func withImages(_ body: (String) async throws -> Void) async throws {
        let tag = "bld-\(UUID().uuidString.lowercased()):1"
        do {
            try await body(tag)
        } catch {
            _ = try? await engine.removeImage(tag, force: true)
            throw error
        }
        _ = try await engine.removeImage(tag, force: true)
    }
}

private enum RealEngine {
    static let socketPath = ProcessInfo.processInfo.environment["CAIRN_ENGINE_SOCKET"] ?? "/var/run/docker.sock"
    static let baseImage = "debian:bookworm-slim"

    static func hasBaseImage() async -> Bool {
        (try? await EngineClient(socketPath: socketPath).inspectImage(baseImage)) != nil
    }
}
