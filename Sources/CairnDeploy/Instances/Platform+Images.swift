import CairnCore
import CairnStore
import DockerEngine

extension Platform {
    /// Removes the images of releases beyond the newest `count` that went live. An image is shared by the releases that
    /// were made of it (config changes, rollbacks) and stays as long as one of them is kept or runs.
    func removeImages(of app: App, keeping count: Int) async throws {
        let releases = try store.releases(of: app)
        let deployed = releases.filter { $0.status == .live || $0.status == .superseded }
        let current = try store.currentRelease(of: app)
        let kept =
            deployed.prefix(count) + (count > 0 ? [current].compactMap { $0 } : [])
            + releases.filter { $0.status == .pending && count > 0 }
        let tags = Set(releases.map(\.imageTag)).subtracting(kept.map(\.imageTag)).subtracting([""])
        for tag in tags {
            try await engineCall("removing the image \(tag)") {
                do { try await engine.removeImage(tag, force: true) } catch let error as EngineError
                    where error.isNotFound || error.isConflict
                {
                    // Gone already, or a container of another release still uses its layers.
                }
            }
            try store.forgetImage(tag: tag, of: app)
        }
    }

    /// Removes images that no release names: those of a deploy that died between its build and its release. The caller
    /// holds the app's lock, so no build is under way.
    func removeUnnamedImages(of app: App) async throws {
        let labels = ["cairn.root=\(try store.installationID())", "cairn.app-id=\(app.id)", "cairn.kind=image"]
        let known = Set(try store.releases(of: app).map(\.imageTag) + [Self.pluginImage(of: app.name)])
        let images = try await engineCall("listing the images of \(app.name)") {
            try await engine.listImages(filters: ["label": labels])
        }
        for tag in images.flatMap(\.repoTags) where !known.contains(tag) {
            _ = try? await engine.removeImage(tag, force: false)
        }
    }

    /// Removes old images of every app; called when nobody waits.
    public func removeOldImages() async throws {
        for app in try store.apps() {
            let kept = try store.processSettings(of: app.name).keptReleases
            try await removeImages(of: app, keeping: kept)
        }
    }
}
