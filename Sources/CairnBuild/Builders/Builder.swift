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
    public static let standard: [any Builder] = [DockerfileBuilder()]

    /// The selected builder, or the first that fits the source.
    ///
    /// - Throws: `E-NO-BUILDER`.
    public static func choose(
        for source: Source, settings: BuildSettings, from builders: [any Builder] = standard
    ) async throws -> any Builder {
        let names = builders.map(\.name).joined(separator: ", ")
        if let selected = settings.selectedBuilder {
            if let builder = builders.first(where: { $0.name == selected }) { return builder }
            throw CairnError(
                .noBuilder, "There is no builder '\(selected.visible)'", hint: "The builders are: \(names).")
        }
        for builder in builders where try await builder.detects(source, settings: settings) { return builder }
        let place = settings.buildDirectory.map { " in '\($0.rawValue.visible)'" } ?? ""
        throw CairnError(
            .noBuilder, "None of the builders (\(names)) knows how to build the source of \(source.app)\(place)",
            hint: """
                Add a Dockerfile at the root of the source. If it is somewhere else, set the app's dockerfile path or \
                build directory.
                """)
    }
}
