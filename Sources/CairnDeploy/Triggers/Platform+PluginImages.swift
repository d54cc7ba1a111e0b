import CairnCore
import CairnPlugins
import CairnStore
import DockerEngine

/// The name `dokku/APP:latest`, under which plugins look for an app's image and put another in its place.
extension Platform {
    static func pluginImage(of app: AppName) -> String { "dokku/\(app):\(imageTag)" }

    /// Whether the name is given at all, which costs a call to the engine for each deploy: any program of a plugin may look
    /// for it.
    var offersImages: Bool { (triggers as? PluginDispatcher)?.index.entries.isEmpty == false }

    /// Gives the name to what runs now, of every app, for a plugin that has come after their deploys. What cannot be named
    /// is named by the app's next deploy.
    public func offerLiveImages() async {
        for app in (try? store.apps()) ?? [] {
            guard let release = try? store.currentRelease(of: app) else { continue }
            try? await offerImage(release.imageID, of: app)
        }
    }

    /// Gives an image the name.
    func offerImage(_ image: String, of app: App) async throws {
        guard offersImages else { return }
        try await engineCall("naming the image of \(app.name)") {
            try await engine.tagImage(image, repo: "dokku/\(app.name)", tag: Self.imageTag)
        }
    }

    /// The image that has the name now. Where a plugin has put another in its place, that one also takes over the
    /// release's own name.
    ///
    /// An image of another installation, which has the name for an app of its own, is not taken.
    func adoptImage(
        of app: App, insteadOf image: String, tag: String, reporter: any ProgressReporter
    ) async throws -> String {
        guard let found = try await self.image(named: Self.pluginImage(of: app.name)), found.id != image else {
            return image
        }
        guard try isOwn(found, of: app) else {
            reporter.warning("\(Self.pluginImage(of: app.name)) is no image of this app; it is not deployed")
            return image
        }
        reporter.detail("A plugin has changed the image: \(found.id.prefix(19))")
        if tag.contains(":"), !tag.hasPrefix("sha256:") {
            try await engineCall("naming the image of \(app.name)") { try await self.tag(found.id, as: tag) }
        }
        return found.id
    }

    /// Takes the name away; the image stays under its others.
    func withdrawImage(of app: AppName) async {
        _ = try? await engine.removeImage(Self.pluginImage(of: app), force: false)
    }

    /// Takes the name away, if it is on an image of this app.
    func withdrawOwnImage(of app: App) async throws {
        guard let found = try await image(named: Self.pluginImage(of: app.name)), try isOwn(found, of: app) else {
            return
        }
        await withdrawImage(of: app.name)
    }

    /// An image of the host; nil when there is none of that name.
    func image(named reference: String) async throws -> ImageInspect? {
        try await engineCall("looking for the image \(reference)") {
            do { return try await engine.inspectImage(reference) } catch let error as EngineError
                where error.isNotFound
            {
                return nil
            }
        }
    }

    func tag(_ image: String, as reference: String) async throws {
        let parts = reference.split(separator: ":", maxSplits: 1).map(String.init)
        try await engine.tagImage(image, repo: parts[0], tag: parts.count > 1 ? parts[1] : Self.imageTag)
    }

    /// Labels outlive `docker commit`.
    private func isOwn(_ image: ImageInspect, of app: App) throws -> Bool {
        let labels = image.config.labels
        return try labels["cairn.root"] == store.installationID() && labels["cairn.app-id"] == "\(app.id)"
    }
}
