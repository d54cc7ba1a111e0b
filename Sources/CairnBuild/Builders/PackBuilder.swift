public import CairnCore
public import DockerEngine
import Foundation
import NIOCore
import Subprocess
import SystemPackage

/// Builds with Cloud Native Buildpacks: runs the program `pack` (https://buildpacks.io) where it is installed.
public struct PackBuilder: Builder {
    /// What people select it by.
    public let name = "pack"

    /// The builder image when none was set.
    public static let standardBuilder = "heroku/builder:24"

    /// Makes the builder; it has no state.
    public init() {}

    /// Whether there is a `project.toml`, by which such apps are known.
    public func detects(_ source: Source, settings: BuildSettings) async throws -> Bool {
        if case .image = source.kind { return false }
        let name = settings.pack.projectFile?.rawValue ?? PackSettings.standardFile
        let path = settings.buildDirectory.map { "\($0)/\(name)" } ?? name
        return try await source.tree.contains(RelativePath(validating: path))
    }

    /// Runs pack; see `Builder`.
    ///
    /// - Throws: Also `E-NO-BUILDER` where pack is not installed.
    public func build(
        _ source: Source, settings: BuildSettings, engine: EngineClient, reporter: any ProgressReporter
    ) async throws -> BuiltImage {
        let program = try Self.program()
        for text in settings.buildpacks.list { _ = try PackBuildpack(text) }
        let directory = FileManager.default.temporaryDirectory.path + "/cairn-pack-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(
            atPath: directory + "/source", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try await LaidOutSource(source: source, settings: settings, reporter: reporter).write(to: directory + "/source")
        let tag = settings.tag ?? ImageBuild.standardTag(app: source.app, buildID: settings.buildID)
        reporter.step("Building \(source.app) with pack and the builder \(settings.pack.builder)")
        try await run(program, tag: tag, settings, in: directory, reporter)
        let image = try await engine.inspectImage(tag)
        return BuiltImage(id: image.id, builder: name, exposedPorts: [], cachedSteps: 0, steps: 0)
    }

    private func run(
        _ program: String, tag: String, _ settings: BuildSettings, in directory: String,
        _ reporter: any ProgressReporter
    ) async throws {
        // One variable on each line is all that the file can say; others would be cut in two.
        let variables = settings.buildpacks.config.filter { !$0.value.contains(where: \.isNewline) }
        let lines = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        try lines.write(toFile: directory + "/env", atomically: true, encoding: .utf8)
        var arguments = [
            "build", tag, "--builder", settings.pack.builder, "--path", directory + "/source", "--default-process",
            "web", "--env-file", directory + "/env", "--no-color",
        ]
        let project = directory + "/source/" + (settings.pack.projectFile?.rawValue ?? PackSettings.standardFile)
        if FileManager.default.fileExists(atPath: project) { arguments += ["--descriptor", project] }
        if settings.noCache { arguments.append("--clear-cache") }
        for text in settings.buildpacks.list { arguments += ["--buildpack", try PackBuildpack(text).name] }
        var environment: [Environment.Key: String] = ["DOCKER_HOST": "unix://" + settings.pack.engineSocket]
        for (name, value) in ProxySettings(settings.buildpacks.proxies).variables {
            environment[Environment.Key(stringLiteral: name)] = value
        }
        let evidence = try await Self.run(program, arguments, environment, reporter)
        if let evidence {
            throw CairnError(
                .buildFailed, "The build with pack failed", hint: "Its last lines are above.", evidence: evidence)
        }
    }

    /// Returns the last lines when it failed.
    private static func run(
        _ program: String, _ arguments: [String], _ environment: [Environment.Key: String],
        _ reporter: any ProgressReporter
    ) async throws -> [String]? {
        let result = try await Subprocess.run(
            .path(.init(program)), arguments: Arguments(arguments), environment: .inherit.updating(environment),
            input: .none, output: .sequence, error: .combinedWithOutput
        ) { try await follow($0.standardOutput, reporter) }
        return result.terminationStatus.isSuccess ? nil : result.closureResult
    }

    /// Returns the last lines.
    private static func follow(
        _ output: SubprocessOutputSequence, _ reporter: any ProgressReporter
    ) async throws -> [String] {
        var last: [String] = []
        for try await line in output.strings() {
            let text = OutputLines.withoutEscapes(line.withoutOuterBlanks)
            if text.isEmpty { continue }
            reporter.detail(text)
            last = (last + [text]).suffix(BuildProgress.keptLines)
        }
        return last
    }

    private static func program() throws(CairnError) -> String {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let paths = (directories + ["/usr/local/bin"]).map { $0 + "/pack" }
        if let found = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) { return found }
        throw CairnError(
            .noBuilder, "The builder pack needs the program 'pack', which is not installed on this host",
            hint: """
                Get it from https://buildpacks.io/docs/for-platform-operators/how-to/integrate-ci/pack/ and put it into \
                /usr/local/bin; or build without it: cairn builder:set APP selected buildpacks.
                """)
    }
}

/// What builds with pack need to know.
public struct PackSettings: Sendable, Hashable {
    /// The builder image.
    public var builder = PackBuilder.standardBuilder
    /// The project descriptor, seen from the build directory; `nil` for `project.toml`.
    public var projectFile: RelativePath?
    /// The engine's unix socket.
    public var engineSocket = "/var/run/docker.sock"

    /// The usual ones.
    public init() {}

    static let standardFile = "project.toml"
}

/// Writes a source tree to the disk, for programs that need it there.
struct LaidOutSource: Sendable {
    let source: Source
    let settings: BuildSettings
    let reporter: any ProgressReporter

    /// tar(1) writes what the source's own archive holds; it follows no link on the way.
    func write(to directory: String) async throws {
        let archive = source.tree.archive(
            ArchiveOptions(directory: settings.buildDirectory, appliesDockerignore: false, reporter: reporter))
        let result = try await Subprocess.run(
            .path("/bin/tar"), arguments: ["-x", "-f", "-", "-C", directory, "--no-same-owner"],
            environment: .custom(["LC_ALL": "C"]), input: .inputWriter, output: .discarded,
            error: .string(limit: 64 << 10)
        ) { try await Self.copy(archive, to: $0.standardInputWriter) }
        guard result.terminationStatus.isSuccess else {
            throw CairnError(
                .io, "The source cannot be laid out in \(directory)",
                evidence: result.standardError.split(separator: "\n").suffix(5).map(String.init))
        }
    }

    private static func copy(
        _ archive: AsyncThrowingStream<ByteBuffer, any Error>, to writer: StandardInputWriter
    ) async throws {
        for try await chunk in archive { _ = try await writer.write(Array(chunk.readableBytesView)) }
        try await writer.finish()
    }
}
