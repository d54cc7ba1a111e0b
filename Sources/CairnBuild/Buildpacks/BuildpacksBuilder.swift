public import CairnCore
public import DockerEngine

/// Builds with buildpacks of Heroku's interface: those that were named, or the bundled one that fits. They run in one step
/// of a generated Dockerfile, so that cancelling, progress and caches are those of every build.
public struct BuildpacksBuilder: Builder {
    /// What people select it by.
    public let name = "buildpacks"

    /// Makes the builder; it has no state.
    public init() {}

    /// Whether buildpacks are named, or a bundled one knows the files of the source.
    public func detects(_ source: Source, settings: BuildSettings) async throws -> Bool {
        if case .image = source.kind { return false }
        if try await BuildpackList.find(for: source, settings: settings) != nil { return true }
        return try await !candidates(source, settings).isEmpty
    }

    /// The labels of the buildpacks that a build would run or, where none are named, try in this order.
    public static func preview(_ source: Source, settings: BuildSettings) async throws -> (
        origin: String?, labels: [String]
    ) {
        if let list = try await BuildpackList.find(for: source, settings: settings) {
            return (list.origin, list.references.map(\.description))
        }
        let found = try await BuildpacksBuilder().candidates(source, settings)
        return (nil, found.map { BuildpackReference.bundled($0.name).description })
    }

    /// Runs the buildpacks; see `Builder`.
    ///
    /// - Throws: Also `E-NO-BUILDER` when no buildpack accepts the source, `E-GIT` and `E-IO` when one cannot be fetched.
    public func build(
        _ source: Source, settings: BuildSettings, engine: EngineClient, reporter: any ProgressReporter
    ) async throws -> BuiltImage {
        try await build(source, settings: settings, on: engine, reporter: reporter)
    }

    /// The image that builds are made in: the one that was set, or Cairn's own, which is made if it is not there.
    ///
    /// - Throws: what making it throws; see `build`.
    public func buildImage(
        _ source: Source, settings: BuildSettings, engine: EngineClient, reporter: any ProgressReporter
    ) async throws -> String {
        try await StackBuild(source: source, settings: settings, reporter: reporter).prepare(on: engine).buildImage
    }

    func build(
        _ source: Source, settings: BuildSettings, on engine: some BuildpackEngine, reporter: any ProgressReporter
    ) async throws -> BuiltImage {
        let list = try await BuildpackList.find(for: source, settings: settings)
        let choices = try await choices(list, source, settings)
        let stack = try await StackBuild(source: source, settings: settings, reporter: reporter).prepare(on: engine)
        reporter.step(
            "Building \(source.app) with buildpacks on the stack \(stack.isOwn ? "cairn-1" : stack.buildImage)")
        var refusals: [CairnError] = []
        for references in choices {
            let companions = try await list?.companions(for: source, settings: settings) ?? []
            let run = BuildpackRun(
                source: source, settings: settings, stack: stack, companions: companions, reporter: reporter)
            do {
                return try await run.build(references, namedBy: list?.origin, on: engine)
            } catch {
                guard let refusal = error as? BuildpackFailure.NotAccepted else { throw error }
                refusals.append(refusal.error)
            }
        }
        if refusals.count == 1, let only = refusals.first { throw only }
        throw CairnError(
            .noBuilder, "None of the bundled buildpacks that know the files of \(source.app) accepts them",
            hint: "Name the buildpack: cairn buildpacks:set \(source.app) NAME-OR-URL.",
            evidence: refusals.map(\.message))
    }

    /// The lists to try, one after the other: the named one, or each bundled buildpack that may fit by itself.
    private func choices(
        _ list: BuildpackList?, _ source: Source, _ settings: BuildSettings
    ) async throws -> [[BuildpackReference]] {
        if let list { return [list.references] }
        let found = try await candidates(source, settings)
        guard found.isEmpty else { return found.map { [.bundled($0.name)] } }
        let names = try BundledBuildpacks(directory: settings.buildpacks.directory).manifests().map(\.name)
        throw CairnError(
            .noBuilder, "No buildpack fits the source of \(source.app)",
            hint: """
                Name one with 'cairn buildpacks:set \(source.app) NAME-OR-URL', or add a Dockerfile. Bundled are: \
                \(names.joined(separator: ", ")).
                """)
    }

    private func candidates(_ source: Source, _ settings: BuildSettings) async throws -> [BuildpackManifest] {
        try await BundledBuildpacks(directory: settings.buildpacks.directory)
            .candidates(for: source.tree, in: settings.buildDirectory)
    }
}
