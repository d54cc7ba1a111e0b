import CairnCore
import CairnTestSupport
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import CairnBuild
@testable import DockerEngine

@Suite("The stack's images")
struct StackBuildTests {
    /// A directory as `buildpacks/` is, with Dockerfiles of one line and a bootstrap that leaves a note.
    private func directory(bootstrap: String) throws -> SmallApp {
        let text = "ARG BASE=debian:bookworm-slim\nFROM ${BASE}\nRUN apt-get update\n"
        let app = try SmallApp([
            "stack/build/Dockerfile": text, "stack/run/Dockerfile": text + "USER 1000\n", "base/bootstrap": bootstrap,
        ])
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: app.path + "/base/bootstrap")
        return app
    }

    private func stack(_ directory: SmallApp, isRoot: Bool, _ reporter: RecordingReporter = RecordingReporter()) throws
        -> StackBuild
    {
        var settings = BuildSettings(buildID: "b1")
        settings.buildpacks = BuildpackSettings(directory: directory.path)
        let source = Source(
            app: try AppName(validating: "web"), kind: .gitPush, revision: nil, tree: EmptySourceTree(), description: ""
        )
        return StackBuild(source: source, settings: settings, reporter: reporter, isRoot: isRoot)
    }

    @Test func bothAreMadeOnceFromTheBaseThatIsFetched() async throws {
        let directory = try directory(bootstrap: "#!/bin/sh\nexit 1\n")
        let engine = StackEngine()
        let stack = try await stack(directory, isRoot: false).prepare(on: engine)
        #expect(stack.isOwn && stack.buildImage.hasPrefix("cairn/stack-build:"))
        #expect(engine.pulled == ["debian:bookworm-slim"])
        #expect(engine.built.map(\.tags) == [[stack.buildImage], [stack.runImage]])
        // The second time everything is there.
        _ = try await self.stack(directory, isRoot: false).prepare(on: engine)
        #expect(engine.built.count == 2)
    }

    @Test func withoutARegistryRootMakesTheBaseAndAnybodyElseIsToldHow() async throws {
        let directory = try directory(bootstrap: "#!/bin/sh\necho made >\"${0%/*}/note\"\n")
        let engine = StackEngine(registry: "no route to host")
        let refused = await #expect(throws: CairnError.self) {
            try await stack(directory, isRoot: false).prepare(on: engine)
        }
        #expect(refused?.code == .engineFailed && refused?.message.contains("no route to host") == true)
        #expect(refused?.hint?.contains("base/bootstrap") == true && engine.built.isEmpty)
        let reporter = RecordingReporter()
        _ = try await stack(directory, isRoot: true, reporter).prepare(on: engine)
        #expect(FileManager.default.fileExists(atPath: directory.path + "/base/note"))
        #expect(reporter.lines.contains { $0.contains("made from the host's Debian mirror") })
    }

    @Test func aBootstrapThatFailsIsAnErrorWithItsWords() async throws {
        let directory = try directory(bootstrap: "#!/bin/sh\necho 'no mirror' >&2\nexit 3\n")
        let error = await #expect(throws: CairnError.self) {
            try await stack(directory, isRoot: true).prepare(on: StackEngine(registry: "refused"))
        }
        #expect(error?.message.contains("neither be fetched nor made") == true && error?.evidence == ["no mirror"])
    }

    @Test func anUpgradeStartsOverOnANewBase() async throws {
        let directory = try directory(bootstrap: "#!/bin/sh\nexit 1\n")
        let engine = StackEngine()
        _ = try await stack(directory, isRoot: false).prepare(on: engine)
        try await stack(directory, isRoot: false).upgrade(on: engine)
        #expect(engine.built.map(\.noCache) == [false, false, true, true])
        #expect(engine.built[0].tags == engine.built[2].tags)
        #expect(engine.pulled.count == 3)
    }

    @Test func onlyImagesOfTheStackThatAreOldAreRemoved() async throws {
        let directory = try directory(bootstrap: "")
        let current = try StackBuild.tag("build", in: directory.path).tag
        let list = """
            [{"Id":"sha256:now","RepoTags":["\(current)"]}, {"Id":"sha256:old","RepoTags":["cairn/stack-run:0123"]},
             {"Id":"sha256:replaced","RepoTags":[]}, {"Id":"sha256:app","RepoTags":["cairn/web:1"]},
             {"Id":"sha256:lost","RepoTags":[],"Labels":{"cairn.app":"web"}},
             {"Id":"sha256:used","RepoTags":["cairn/stack-build:0123"]}]
            """
        try await StubEngine.with(respond: { request in
            if request.uri.contains("used") { return .refusal(409, "in use") }
            return request.method == "GET" ? .json(list) : .json("[]")
        }) { engine in
            var settings = BuildSettings(buildID: "b1")
            settings.buildpacks = BuildpackSettings(directory: directory.path)
            let reporter = RecordingReporter()
            try await BuildpackStack(settings: settings, reporter: reporter)
                .removeOld(on: EngineClient(socketPath: engine.socketPath))
            let removed = engine.requests.filter { $0.method == "DELETE" }.map(\.uri)
            #expect(removed.count == 3)
            for name in ["old", "replaced", "used"] { #expect(removed.contains { $0.contains(name) }) }
            #expect(reporter.lines == ["       Removed cairn/stack-run:0123", "       Removed replaced"])
        }
    }

    @Test func theHostsAuthoritiesAreThereWhileItsPackagesAreFetched() throws {
        let text = "FROM x\nRUN a \\\n    && b\nENV RUN y\n"
        let trusting = StackAuthorities(certificates: Array("PEM\n".utf8))
        #expect(
            String(decoding: trusting.dockerfile(Array(text.utf8)), as: UTF8.self) == """
                FROM x
                RUN --mount=type=bind,source=ca,target=/cairn/ca export APT_CONFIG=/cairn/ca/apt.conf && a \\
                    && b
                ENV RUN y

                """)
        #expect(try trusting.files().map(\.path.rawValue) == ["ca/ca.pem", "ca/apt.conf"])
    }
}

/// An engine that has what was pulled and built.
private final class StackEngine: BuildpackEngine {
    private let state = Mutex((images: Set<String>(), pulled: [String](), built: [BuildOptions]()))
    /// Why nothing can be pulled.
    private let registry: String?

    init(registry: String? = nil) { self.registry = registry }

    var pulled: [String] { state.withLock { $0.pulled } }
    var built: [BuildOptions] { state.withLock { $0.built } }

    func has(_ image: String) async throws -> Bool { state.withLock { $0.images.contains(image) } }

    func pull(_ image: String) async throws {
        if let registry { throw EngineError(.failed, registry) }
        state.withLock {
            $0.pulled.append(image)
            $0.images.insert(image)
        }
    }

    func files(at path: String, of image: String, labels: [String: String]) async throws -> [UInt8] { [] }

    func removeImage(_ reference: String, force: Bool) async throws {}

    func ping() async throws -> EnginePing {
        EnginePing(apiVersion: EngineAPIVersion(major: 1, minor: 41), builderVersion: "2", osType: "linux")
    }

    func buildImage<Context: AsyncSequence & Sendable>(
        _ options: BuildOptions, context: Context, onEvent: (BuildEvent) async throws -> Void
    ) async throws -> BuildResult where Context.Element == ByteBuffer {
        for try await _ in context {}
        state.withLock {
            $0.built.append(options)
            $0.images.formUnion(options.tags)
        }
        return BuildResult(imageID: "sha256:made", failure: nil)
    }

    func cancelBuild(id: String) async throws {}

    func inspectImage(_ reference: String) async throws -> ImageInspect {
        try JSONDecoder().decode(ImageInspect.self, from: Data(#"{"Id": "\#(reference)"}"#.utf8))
    }
}
