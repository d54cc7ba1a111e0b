public import CairnCore
public import DockerEngine

/// Builds a Dockerfile with the engine's BuildKit. The source goes to the engine as a stream, past the disk.
public struct DockerfileBuilder: Builder {
    /// What people select it by.
    public let name = "dockerfile"

    /// Makes the builder; it has no state.
    public init() {}

    /// Whether there is a Dockerfile: where the settings say, or else at the root of the build directory.
    public func detects(_ source: Source, settings: BuildSettings) async throws -> Bool {
        if case .image = source.kind { return false }
        return try await source.tree.contains(Self.path(of: Self.dockerfile(settings), settings))
    }

    /// Builds the Dockerfile that `detects` looks for; see `Builder`.
    public func build(
        _ source: Source, settings: BuildSettings, engine: EngineClient, reporter: any ProgressReporter
    ) async throws -> BuiltImage {
        try await build(source, settings: settings, on: engine, reporter: reporter)
    }

    func build(
        _ source: Source, settings: BuildSettings, on engine: some BuildEngine, reporter: any ProgressReporter
    ) async throws -> BuiltImage {
        let dockerfile = try Self.dockerfile(settings)
        let path = try Self.path(of: dockerfile, settings)
        guard try await source.tree.contains(path) else { throw CairnError.noDockerfile(path) }
        reporter.step("Building \(source.app) from \(path)")
        let archive = source.tree.archive(
            ArchiveOptions(directory: settings.buildDirectory, dockerfile: dockerfile, reporter: reporter))
        let build = ImageBuild(
            source: source, builder: name, dockerfile: path, options: Self.options(source, settings, dockerfile),
            reporter: reporter)
        return try await build.run(context: archive, on: engine)
    }

    private static func options(
        _ source: Source, _ settings: BuildSettings, _ dockerfile: RelativePath
    ) -> BuildOptions {
        let own = ["cairn.app": source.app.rawValue, "cairn.builder": "dockerfile"]
        var options = BuildOptions(
            dockerfile: dockerfile.rawValue,
            tags: [settings.tag ?? ImageBuild.standardTag(app: source.app, buildID: settings.buildID)],
            buildArguments: settings.buildArguments.mapValues { $0 }, target: settings.target,
            labels: settings.labels.merging(own) { $1 }, noCache: settings.noCache, pull: settings.pull,
            buildID: settings.buildID)
        options.apply(settings.surroundings)
        return options
    }

    private static func dockerfile(_ settings: BuildSettings) throws -> RelativePath {
        try settings.dockerfilePath ?? RelativePath(validating: "Dockerfile")
    }

    /// The path seen from the root of the source.
    private static func path(of dockerfile: RelativePath, _ settings: BuildSettings) throws -> RelativePath {
        try settings.buildDirectory.map { try RelativePath(validating: "\($0)/\(dockerfile)") } ?? dockerfile
    }
}

extension CairnError {
    fileprivate static func noDockerfile(_ path: RelativePath) -> CairnError {
        CairnError(
            .noBuilder, "The source has no '\(path.rawValue.visible)'",
            hint: "Commit the Dockerfile, or change the app's dockerfile path or build directory.")
    }
}
