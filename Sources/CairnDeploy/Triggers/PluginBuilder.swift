import CairnBuild
import CairnCore
import CairnPlugins
import DockerEngine

/// A builder that is a plugin: it makes the image `dokku/APP:latest` from the directory.
struct PluginBuilder: Builder {
    let name: String
    let triggers: DeployTriggers
    let directory: String

    func detects(_ source: Source, settings: BuildSettings) async throws -> Bool { true }

    /// - Throws: `E-NO-BUILDER` when no plugin made an image.
    func build(
        _ source: Source, settings: BuildSettings, engine: EngineClient, reporter: any ProgressReporter
    ) async throws -> BuiltImage {
        let platform = triggers.platform
        let reference = Platform.pluginImage(of: source.app)
        // An image that is there from before would be taken for the plugin's.
        await platform.withdrawImage(of: source.app)
        reporter.step("Building \(source.app) with \(name)")
        try await platform.triggers.fire(
            .builderBuild, name, source.app.rawValue, directory, reporter: reporter)
        guard let image = try await platform.image(named: reference) else {
            throw CairnError(
                .noBuilder, "No plugin has built \(source.app) with the builder '\(name.excerpt())'",
                hint: "A plugin that implements builder-build has to make the image \(reference).")
        }
        if let tag = settings.tag {
            try await engineCall("naming the image") { try await platform.tag(image.id, as: tag) }
        }
        let ports = image.config.exposedPorts.compactMap { text -> BuiltImage.ExposedPort? in
            let parts = text.split(separator: "/")
            guard let port = parts.first.flatMap({ Int($0) }) else { return nil }
            return BuiltImage.ExposedPort(port: port, proto: parts.count > 1 ? String(parts[1]) : "tcp")
        }
        return BuiltImage(id: image.id, builder: name, exposedPorts: ports, cachedSteps: 0, steps: 0)
    }
}
