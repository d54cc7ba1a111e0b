public import CairnCore
public import DockerEngine

/// A way from a source to an image.
public protocol Builder: Sendable {
    /// What people select it by: `dockerfile`.
    var name: String { get }

    /// Whether the source looks like one for this builder.
    func detects(_ source: Source, settings: BuildSettings) async throws -> Bool

    /// Builds the image. Cancelling the task ends the build at the engine too.
    ///
    /// - Throws: `E-BUILD-FAILED` with the last lines of the step that failed, `E-BUILD-OOM`, `E-DISK-FULL`,
    ///   `E-ENGINE-DOWN`, `E-DEPLOY-CANCELLED`; what reading the source throws.
    func build(
        _ source: Source, settings: BuildSettings, engine: EngineClient, reporter: any ProgressReporter
    ) async throws -> BuiltImage
}

/// Finds the builder for a source.
public enum BuilderChoice {
    /// The builders that Cairn knows, the most specific first.
    public static let standard: [any Builder] = [DockerfileBuilder(), PackBuilder(), BuildpacksBuilder()]

    /// Other words for the builders.
    public static let aliases = ["herokuish": "buildpacks"]

    /// The selected builder, or the first that fits the source.
    ///
    /// - Throws: `E-NO-BUILDER`.
    public static func choose(
        for source: Source, settings: BuildSettings, from builders: [any Builder] = standard
    ) async throws -> any Builder {
        let names = builders.map(\.name).joined(separator: ", ")
        if let selected = settings.selectedBuilder {
            let name = aliases[selected] ?? selected
            if let builder = builders.first(where: { $0.name == name }) { return builder }
            throw CairnError(
                .noBuilder, "There is no builder '\(selected.visible)'", hint: "The builders are: \(names).")
        }
        for builder in builders where try await builder.detects(source, settings: settings) { return builder }
        let place = settings.buildDirectory.map { " in '\($0.rawValue.visible)'" } ?? ""
        throw CairnError(
            .noBuilder, "None of the builders (\(names)) knows how to build the source of \(source.app)\(place)",
            hint: """
                Add a Dockerfile, the file that its language is known by (requirements.txt, package.json, Gemfile, go.mod, \
                …), or a Procfile at the root of the source; or name a buildpack with buildpacks:set. If they are somewhere \
                else, set the app's build directory or dockerfile path.
                """)
    }
}
