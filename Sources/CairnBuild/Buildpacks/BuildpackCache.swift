public import CairnCore
public import DockerEngine

/// What the builds of an app keep for the next one: a cache mount of BuildKit.
public struct BuildpackCache: Sendable {
    private let settings: BuildpackSettings

    /// The cache that the settings name.
    public init(settings: BuildpackSettings) { self.settings = settings }

    /// Removes all that is in it. Only a build can reach it, so this is one. Without the stack's image nothing was built
    /// so far, and there is nothing to do.
    ///
    /// - Throws: `E-ENGINE-DOWN`, `E-BUILD-FAILED`.
    public func empty(on engine: EngineClient, app: AppName) async throws {
        let image: String
        if let stack = settings.stack {
            image = stack
        } else {
            image = try StackBuild.tag("build", in: settings.directory).tag
        }
        do { guard try await engine.has(image) else { return } } catch {
            guard let error = error as? EngineError else { throw error }
            throw CairnError(building: app, error)
        }
        let dockerfile = """
            FROM \(image)
            USER root
            RUN --mount=type=cache,id=\(settings.cacheID),target=/cache,sharing=locked find /cache -mindepth 1 -delete

            """
        let name = try RelativePath(validating: "Dockerfile")
        var archive = ArchiveOptions(appliesDockerignore: false)
        archive.extraFiles = [ExtraFile(path: name, content: Array(dockerfile.utf8))]
        let source = Source(
            app: app, kind: .rebuild, revision: nil, tree: EmptySourceTree(), description: "Emptying the cache")
        let build = ImageBuild(
            source: source, builder: "buildpacks", dockerfile: name,
            options: BuildOptions(dockerfile: name.rawValue, tags: ["cairn/purged:latest"], noCache: true),
            reporter: SilentReporter())
        let made = try await build.run(context: EmptySourceTree().archive(archive), on: engine)
        try? await engine.removeImage(made.id, force: true)
    }
}
