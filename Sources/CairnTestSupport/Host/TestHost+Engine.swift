import CairnCore
import CairnStore
public import DockerEngine

extension TestHost {
    /// All containers of this installation, running or not, or those of one app.
    public func containers(of app: String? = nil) async throws -> [ContainerSummary] {
        let labels = ["cairn.root=\(try store().installationID())"] + (app.map { ["cairn.app=\($0)"] } ?? [])
        return try await engine.listContainers(all: true, labels: labels)
    }

    /// The container of one copy of an app's live release.
    public func container(of app: String, _ instance: String = "web.1") throws -> String {
        let store = try store()
        let instances = try store.instances(of: store.app(AppName(validating: app)))
        let found = instances.first { $0.state == .live && $0.name.description == instance }?.containerID
        guard let found else { throw TestHostError("\(app) has no live \(instance)") }
        return found
    }
}
