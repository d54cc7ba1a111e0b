import CairnBuild
import CairnCore
import CairnNginx
import CairnPlugins
import CairnStore
import DockerEngine
import Foundation

/// What a deploy tells plugins, and what it asks them, up to its image. Each method is one place in the deploy.
struct DeployTriggers {
    let platform: Platform
    let app: App
    let reporter: any ProgressReporter

    private var triggers: any TriggerDispatching { platform.triggers }
    private var name: String { app.name.rawValue }

    /// A source has arrived; nothing has been looked at.
    func received(_ source: Source) async throws {
        try await triggers.fire(.deploySourceSet, name, source.kind.pluginName, source.detail, reporter: reporter)
        try await triggers.fire(.receiveApp, name, source.revision ?? "", reporter: reporter)
    }

    /// The source lies in a directory.
    func extracted(_ directory: String, _ source: Source) async throws {
        try await triggers.fire(.postExtract, name, directory, source.revision ?? "", reporter: reporter)
    }

    /// Checks the app.json, which plugins are given as a file.
    func check(_ files: ControlFiles, at path: RelativePath, in directory: WorkDirectory?) async throws {
        guard let text = files.appJSONText, triggers.isImplemented(.appJSONIsValid) else { return }
        if let directory {
            return try await triggers.fire(.appJSONIsValid, name, "\(directory.path)/\(path)", reporter: reporter)
        }
        let file = "\(platform.settings.root)/run/app-\(UUID().uuidString).json"
        do { try text.write(toFile: file, atomically: false, encoding: .utf8) } catch {
            throw CairnError(.io, "The file \(file) cannot be written: \(error.localizedDescription)")
        }
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await triggers.fire(.appJSONIsValid, name, file, reporter: reporter)
    }

    // MARK: The build

    /// The builder: the one that was set, else what plugins detect, else what Cairn detects.
    func builder(for source: Source, _ settings: BuildSettings, in directory: String) async throws -> any Builder {
        var settings = settings
        if settings.selectedBuilder == nil, triggers.isImplemented(.builderDetect) {
            let answer = try await triggers.ask(.builderDetect, name, directory, reporter: reporter)
            settings.selectedBuilder = try PluginAnswer(answer, to: .builderDetect).value { text throws(CairnError) in
                // It has the form of a plugin's name, and often is one.
                try PluginName(validating: text).rawValue
            }
        }
        guard let selected = settings.selectedBuilder else {
            return try await BuilderChoice.choose(for: source, settings: settings)
        }
        if let own = BuilderChoice.standard.first(where: { SourceType.builder($0.name) == selected }) { return own }
        if !BuilderChoice.standard.contains(where: { $0.name == selected }), triggers.isImplemented(.builderBuild) {
            return PluginBuilder(name: selected, triggers: self, directory: directory)
        }
        return try await BuilderChoice.choose(for: source, settings: settings)
    }

    /// Before the build: the last changes of the source, and the options of the build.
    func willBuild(_ builder: any Builder, _ source: Source, in directory: String) async throws -> [DockerOption] {
        let builder = SourceType.builder(builder.name)
        try await triggers.fire(
            .preReceiveApp, name, builder, directory, source.revision ?? "", reporter: reporter)
        try await triggers.fire(.preBuild, builder, name, directory, reporter: reporter)
        switch builder {
        case "dockerfile": try await triggers.fire(.preBuildDockerfile, name, reporter: reporter)
        case "herokuish": try await triggers.fire(.preBuildBuildpack, name, directory, reporter: reporter)
        default: break
        }
        return try await platform.askOptions(.dockerArgsBuild, [name, builder], for: .build, reporter)
            + platform.askOptions(.dockerArgsProcessBuild, [name, builder], for: .build, reporter)
    }

    /// After the build: plugins may change the image, or put another in its place.
    ///
    /// - Returns: The image that is to be released.
    func didBuild(_ image: BuiltImage, tag: String, in directory: String) async throws -> String {
        let builder = SourceType.builder(image.builder)
        try await tellPorts(of: image)
        return try await changing(image.id, tag: tag) {
            try await triggers.fire(.postBuild, builder, name, directory, reporter: reporter)
            switch builder {
            case "dockerfile": try await triggers.fire(.postBuildDockerfile, name, reporter: reporter)
            case "herokuish": try await triggers.fire(.postBuildBuildpack, name, directory, reporter: reporter)
            default: break
            }
        }
    }

    /// A builder that is a plugin may have said itself which ports there are.
    private func tellPorts(of image: BuiltImage) async throws {
        let isOurs = BuilderChoice.standard.contains { $0.name == image.builder }
        var mappings = isOurs ? [] : try platform.portsDetectedByPlugins(of: app)
        if mappings.isEmpty {
            mappings = try platform.detectedMappings(
                of: app, config: store.mergedConfig(of: app.name), exposedPorts: image.tcpPorts,
                hasCertificate: store.certificate(of: app) != nil)
        }
        try await platform.askForDetectedPorts(mappings, of: app, resets: isOurs, reporter: reporter)
    }

    /// The image that a build by buildpacks is made in, if plugins choose or make another one than Cairn's.
    ///
    /// - Throws: `E-PLUGIN-ANSWER` when it is not a name.
    func baseImage(
        for builder: any Builder, _ source: Source, _ settings: BuildSettings, in directory: String
    ) async throws -> String? {
        guard let buildpacks = builder as? BuildpacksBuilder,
            [.builderCreateImage, .builderImage].contains(where: triggers.isImplemented)
        else { return nil }
        // It may be what a plugin's own image begins with, so it has to be there.
        var image = try await buildpacks.buildImage(
            source, settings: settings, engine: platform.engine, reporter: reporter)
        let usual = image
        for trigger in [Trigger.builderCreateImage, .builderImage] {
            let text = try await triggers.ask(
                trigger, SourceType.builder(builder.name), name, directory, image, reporter: reporter)
            let answer = PluginAnswer(text, to: trigger)
            if let chosen = answer.firstLine { image = try answer.imageReference(chosen) }
        }
        return image == usual ? nil : image
    }

    private var store: Store { platform.store }

    // MARK: The release

    /// Before the tasks of a release that is new.
    func willRelease(_ release: Release) async throws -> Release {
        let builder = SourceType.builder(release.content.builder)
        let image = try await changing(release.imageID, tag: release.imageTag) {
            try await triggers.fire(.builderRelease, builder, name, Platform.imageTag, reporter: reporter)
            switch builder {
            case "dockerfile":
                try await triggers.fire(.preReleaseDockerfile, name, Platform.imageTag, reporter: reporter)
            case "herokuish":
                try await triggers.fire(.preReleaseBuildpack, name, Platform.imageTag, reporter: reporter)
            default: break
            }
            try await triggers.fire(.preReleaseBuilder, builder, name, pluginImage, reporter: reporter)
        }
        return try setImage(image, of: release)
    }

    /// After the tasks; from here on the image is the one that is deployed.
    func didRelease(_ release: Release) async throws -> Release {
        let builder = SourceType.builder(release.content.builder)
        let image = try await changing(release.imageID, tag: release.imageTag) {
            try await triggers.fire(.postReleaseBuilder, builder, name, pluginImage, reporter: reporter)
        }
        return try setImage(try await chosenImage() ?? image, of: release)
    }

    private var pluginImage: String { "dokku/\(name):\(Platform.imageTag)" }

    private func setImage(_ image: String, of release: Release) throws -> Release {
        image == release.imageID ? release : try store.setImage(image, of: release)
    }

    /// Fires triggers whose plugins may put another image under the app's name for plugins.
    private func changing(_ image: String, tag: String, _ fire: () async throws -> Void) async throws -> String {
        guard platform.offersImages else {
            try await fire()
            return image
        }
        try await platform.offerImage(image, of: app)
        try await fire()
        return try await platform.adoptImage(of: app, insteadOf: image, tag: tag, reporter: reporter)
    }

    /// The image that plugins choose to be deployed instead of the one that was built, such as its copy of a registry.
    ///
    /// - Throws: `E-PLUGIN-ANSWER` when it is not a name, or no such image is on this host.
    private func chosenImage() async throws -> String? {
        let repository = try await answer(to: .deployedAppRepository)
        let repo = try await answer(to: .deployedAppImageRepo)
        let tag = try await answer(to: .deployedAppImageTag)
        if repository == nil && repo == nil && tag == nil { return nil }
        let reference = "\(repository ?? "")\(repo ?? "dokku/\(name)"):\(tag ?? Platform.imageTag)"
        let asked = PluginAnswer(reference, to: .deployedAppImageRepo)
        guard let image = try await platform.image(named: asked.imageReference(reference)) else {
            throw asked.refused("the image \(reference) is not on this host")
        }
        return image.id
    }

    private func answer(to trigger: Trigger) async throws -> String? {
        PluginAnswer(try await triggers.ask(trigger, name, reporter: reporter), to: trigger).firstLine
    }
}

extension Source.Kind {
    /// As plugins know it.
    fileprivate var pluginName: String {
        switch self {
        case .image: "docker-image"
        case .archive: "tar"
        default: name
        }
    }
}

extension Source {
    /// What of the source plugins are told beside its kind.
    fileprivate var detail: String {
        switch kind {
        case .gitPush, .rebuild: revision ?? ""
        case .image(let text), .gitSync(let text), .archive(let text): text
        }
    }
}
