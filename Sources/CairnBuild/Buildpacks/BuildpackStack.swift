public import CairnCore
public import DockerEngine

/// The images that builds by buildpacks are made on.
public struct BuildpackStack: Sendable {
    private let settings: BuildSettings
    private let reporter: any ProgressReporter

    /// The stack that the settings name.
    public init(settings: BuildSettings, reporter: any ProgressReporter) {
        (self.settings, self.reporter) = (settings, reporter)
    }

    /// Makes the images of Cairn's own stack anew, and removes those that they replace.
    ///
    /// - Throws: `E-ENGINE-DOWN`, `E-ENGINE-FAILED`, `E-BUILD-FAILED`.
    public func upgrade(app: AppName, on engine: EngineClient) async throws {
        let source = Source(
            app: app, kind: .rebuild, revision: nil, tree: EmptySourceTree(), description: "Upgrading the stack")
        try await StackBuild(source: source, settings: settings, reporter: reporter).upgrade(on: engine)
        do { try await removeOld(on: engine) } catch let error as EngineError {
            throw CairnError(building: app, error)
        }
    }

    /// Removes the images of the stack that are not the present ones.
    func removeOld(on engine: EngineClient) async throws {
        let directory = settings.buildpacks.directory
        let current = try Set(["build", "run"].map { try StackBuild.tag($0, in: directory).tag })
        for image in try await engine.listImages(filters: ["label": ["cairn.kind=stack"]])
        where Self.isOld(image, current) {
            // One of an older release of Cairn may be in use by another installation's build: the engine keeps it.
            do {
                try await engine.removeImage(image.id, force: image.repoTags.count > 1)
            } catch let error as EngineError where error.isConflict || error.isNotFound {
                continue
            }
            reporter.detail("Removed \(image.repoTags.first ?? String(image.id.dropFirst(7).prefix(12)))")
        }
    }

    /// Images of apps have the stack's labels too, since they are made from it.
    private static func isOld(_ image: ImageSummary, _ current: Set<String>) -> Bool {
        image.labels["cairn.app"] == nil && current.isDisjoint(with: image.repoTags)
            && image.repoTags.allSatisfy { $0.hasPrefix("cairn/stack-build:") || $0.hasPrefix("cairn/stack-run:") }
    }
}
