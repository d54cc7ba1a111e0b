import CairnCatalog
import CairnCore
import CairnStore
import DockerEngine

extension Platform {
    /// Starts the containers of wanted copies again, or makes them anew, at the addresses they always had. Each is served
    /// when it listens; what does not come up is told and left out, so that it keeps the others from nothing.
    ///
    /// - Throws: Why a copy could not be started, when the others have had their turn.
    func bringBack(
        _ instances: [Instance], of app: App, settings: ProcessSettings, mappings: [PortMapping],
        reporter: any ProgressReporter
    ) async throws {
        var failure: (any Error)?
        await withDiscardingTaskGroup { group in
            for instance in instances {
                do {
                    // Before the start, which the daemon hears of and answers when the copy listens.
                    try store.setStatus(.critical, output: "is being started again", ofServicesOf: instance.id)
                    try await startAgain(instance, of: app, settings: settings, mappings: mappings, reporter: reporter)
                } catch {
                    failure = failure ?? error
                    continue
                }
                group.addTask {
                    await putBack(instance, within: .seconds(settings.startupTimeout), reporter: reporter)
                }
            }
        }
        if let failure { throw failure }
    }

    private func putBack(_ instance: Instance, within limit: Duration, reporter: any ProgressReporter) async {
        do {
            guard let containerID = try store.instance(id: instance.id)?.containerID else { return }
            try await withDeadline(limit) { [self] in
                _ = try await instanceStarted(instance.id, containerID: containerID)
            }
        } catch is DeadlineExceeded {
            reporter.warning(
                "\(instance.name) runs again but does not listen after \(limit); it is served as soon as it does.")
        } catch {
            reporter.warning("\(instance.name) did not come up again: \((error as? CairnError)?.message ?? "\(error)")")
        }
    }

    private func startAgain(
        _ instance: Instance, of app: App, settings: ProcessSettings, mappings: [PortMapping],
        reporter: any ProgressReporter
    ) async throws {
        let release = try store.release(id: instance.releaseID)
        let id = try await restartedContainer(instance)
        if let id {
            try await confirm(instance, containerID: id)
        } else {
            let container = try instanceContainer(of: app, release: release, settings: settings, mappings: mappings)
            let spec = try container.spec(of: instance)
            let making = ContainerMaking(platform: self, app: app, release: release, reporter: reporter)
            let id = try await engineCall("making \(instance.name) anew") {
                let id = try await making.make(container.name(of: instance), spec, for: .copy(instance.name))
                try store.setContainer(id, of: instance)
                try await engine.startContainer(id)
                return id
            }
            try await confirm(instance, containerID: id)
        }
    }

    /// The instance's own container, started; nil when there is none that can be.
    private func restartedContainer(_ instance: Instance) async throws -> String? {
        guard let id = instance.containerID else { return nil }
        do {
            if try await !engine.inspectContainer(id).state.running { try await engine.startContainer(id) }
            try await confirm(instance, containerID: id)
            return id
        } catch {
            // Whatever is wrong with it, a new one is made from the same row.
            try await removeContainer(id)
            try store.setContainer(nil, of: instance)
            return nil
        }
    }
}
