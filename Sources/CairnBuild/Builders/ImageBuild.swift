import CairnCore
import DockerEngine
import NIOCore

/// One build at the engine, from the first byte of the context to the inspected image. Every builder ends in one.
struct ImageBuild: Sendable {
    let source: Source
    /// The name of the builder, for the result.
    let builder: String
    /// Seen from the root of the source; read again to explain a failure.
    let dockerfile: RelativePath
    let options: BuildOptions
    let reporter: any ProgressReporter
    /// Makes the error of a failed build, where a builder knows better than `BuildFailure` what it means.
    var explain: (@Sendable (BuildFailure) -> any Error)?

    /// `cairn/<app>:<buildID>`. An app's name may have dots and dashes in a row, an image's name may not; the build's id
    /// keeps the tags of such apps apart.
    static func standardTag(app: AppName, buildID: String) -> String {
        var name = ""
        for character in app.rawValue.unicodeScalars {
            let isSeparator = character == "." || character == "-"
            if isSeparator, let last = name.unicodeScalars.last, last == "." || last == "-" { continue }
            name.unicodeScalars.append(character)
        }
        return "cairn/\(name):\(buildID)"
    }

    func run(
        context: AsyncThrowingStream<ByteBuffer, any Error>, on engine: some BuildEngine
    ) async throws -> BuiltImage {
        do {
            var options = options
            options.version = Self.version(for: try await engine.ping())
            var progress = BuildProgress(version: options.version, reporter: reporter)
            let result = try await engine.buildImage(options, context: context) { event in
                try progress.take(event)
            }
            progress.finish()
            if let failure = result.failure {
                let frontend = progress.hasSteps || explain != nil ? nil : await frontend()
                let known = BuildFailure(
                    message: failure, code: result.failureCode, step: progress.failedStep, frontend: frontend)
                throw explain?(known) ?? known.error
            }
            let image = try await engine.inspectImage(result.imageID ?? options.tags.first ?? "")
            return BuiltImage(
                id: image.id, builder: builder, exposedPorts: Self.ports(image.config.exposedPorts),
                cachedSteps: progress.cachedSteps, steps: progress.steps)
        } catch {
            throw await explained(error, on: engine)
        }
    }

    /// BuildKit is in every engine for Linux since 18.09; one that only prefers the classic builder (as 20.10 does by
    /// default) can still be asked for it. An engine that tells of no builder is none of Docker's.
    private static func version(for ping: EnginePing) -> BuildOptions.Version {
        ping.builderVersion.isEmpty || ping.osType == "windows" ? .classic : .buildKit
    }

    private static func ports(_ exposed: [String]) -> [BuiltImage.ExposedPort] {
        exposed.compactMap(BuiltImage.ExposedPort.init).sorted { ($0.port, $0.proto) < ($1.port, $1.proto) }
    }

    private func explained(_ error: any Error, on engine: some BuildEngine) async -> any Error {
        if Task.isCancelled || error is CancellationError {
            await cancel(on: engine)
            return CairnError(
                .deployCancelled, "The build of \(source.app) was cancelled", hint: "Push again to build it.")
        }
        guard let error = error as? EngineError else { return error }
        return CairnError(building: source.app, error)
    }

    /// The closed connection ends the build as well, but only once the engine notices it.
    private func cancel(on engine: some BuildEngine) async {
        guard let id = options.buildID else { return }
        // A task of its own, because calls of this one are cancelled before they begin.
        await Task { try? await engine.cancelBuild(id: id) }.value
    }

    /// What the Dockerfile names with `# syntax=`, an image that BuildKit must fetch before it can read the rest
    /// (https://docs.docker.com/reference/dockerfile/#syntax).
    private func frontend() async -> String? {
        guard let bytes = try? await source.tree.file(at: dockerfile, maximum: 1 << 20) else { return nil }
        return DockerfileDirectives.frontend(String(decoding: bytes, as: UTF8.self))
    }
}

/// The directives that may stand before everything else in a Dockerfile.
enum DockerfileDirectives {
    /// The value of `# syntax=`.
    static func frontend(_ dockerfile: String) -> String? {
        for line in dockerfile.split(whereSeparator: \.isNewline) {
            guard line.first == "#" else { return nil }
            let parts = line.dropFirst().split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            if parts[0].filter({ !$0.isWhitespace }).lowercased() == "syntax" {
                return String(parts[1].filter { !$0.isWhitespace })
            }
        }
        return nil
    }
}

extension CairnError {
    /// What the engine's refusal means to the person who builds `app`.
    init(building app: AppName, _ error: EngineError) {
        let reason = error.description.visible
        switch error.kind {
        case .unreachable:
            self.init(
                .engineDown, "The Docker engine cannot be reached: \(reason)",
                hint: "Start it (systemctl start docker), then build again. Running apps are not affected by this.")
        case .http, .failed, .invalidRequest:
            if BuildFailure.isDiskFull(reason) {
                self.init(.diskFull, BuildFailure.diskFullMessage, hint: BuildFailure.diskFullHint, evidence: [reason])
            } else {
                self.init(
                    .buildFailed, "The engine did not build \(app): \(error.message.visible)",
                    hint: "Check the Dockerfile's path and the build's settings.")
            }
        case .timeout, .protocolViolation, .cancelled:
            self.init(
                .engineFailed, "The Docker engine failed while it built \(app): \(reason)",
                hint: "Look at the engine's log (journalctl -u docker), then build again.")
        }
    }
}
