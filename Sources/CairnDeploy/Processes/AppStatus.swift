public import CairnCore
public import CairnStore
import DockerEngine

/// What of an app runs, as the engine tells it.
public struct AppStatus: Sendable, Equatable {
    public enum Running: String, Sendable {
        /// Everything that is wanted runs; `mixed`: some of it; `none`: nothing does.
        case all = "true", mixed, none = "false"
    }

    public let running: Running
    /// The wanted copies, with what became of them.
    public let instances: [InstanceStatus]

    init(instances: [InstanceStatus]) {
        self.instances = instances
        let count = instances.filter { $0.state == "running" }.count
        running = count == 0 ? .none : count == instances.count ? .all : .mixed
    }
}

/// One wanted copy and its container.
public struct InstanceStatus: Sendable, Equatable {
    public let instance: Instance
    public let containerID: String?
    /// The engine's word (`running`, `exited`, `restarting`, …), or `missing`.
    public let state: String
    /// The engine's sentence: `Up 3 minutes`, `Exited (1) 2 seconds ago`.
    public let detail: String
}

extension Platform {
    /// What of the app runs. An app that was never deployed has no instances; the engine is not asked then.
    public func status(of app: App) async throws -> AppStatus {
        let live = try store.instances(of: app).filter { $0.state == .live }
        guard !live.isEmpty else { return AppStatus(instances: []) }
        let containers = try await containers(of: app)
        return AppStatus(
            instances: live.map { instance in
                let container = containers.first { $0.labels["cairn.instance"] == "\(instance.id)" }
                return InstanceStatus(
                    instance: instance, containerID: container?.id, state: container?.state.rawValue ?? "missing",
                    detail: container?.status ?? "")
            })
    }

    /// The running containers of an app's copies: of one process, or one copy of it, or of all.
    public func containers(
        of app: App, process: ProcessType?, index: Int? = nil
    ) async throws -> [(name: InstanceName, id: String)] {
        try await status(of: app).instances.compactMap { status in
            let name = status.instance.name
            guard status.state == "running", let id = status.containerID, process.map({ $0 == name.process }) ?? true,
                index.map({ $0 == name.index }) ?? true
            else { return nil }
            return (name, id)
        }
    }

    /// All containers of the app's copies, running or not. Asked by the row's id, which outlives a renaming.
    func containers(of app: App, kind: String = "instance") async throws -> [ContainerSummary] {
        let labels = [
            "cairn.root=\(try store.installationID())", "cairn.app-id=\(app.id)", "cairn.kind=\(kind)",
        ]
        return try await engineCall("listing the containers of \(app.name)") {
            try await engine.listContainers(all: true, labels: labels)
        }
    }
}
