import CairnCore
import CairnPlugins
import CairnStore
import DockerEngine
public import Foundation

extension Platform {
    /// Stops the retiring copies whose time to drain is over, and forgets them.
    ///
    /// - Returns: When the next one is due; nil when none is left.
    @discardableResult
    public func stopDueInstances(now: Date = Date()) async throws -> Date? {
        let retiring = try store.retiringInstances()
        let due = retiring.filter { ($0.retireAt ?? now) <= now }
        try await withdraw(due)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for instance in due { group.addTask { try await stopRetired(instance) } }
            try await group.waitForAll()
        }
        return try store.retiringInstances().compactMap(\.retireAt).min()
    }

    /// Makes sure that nginx sends nothing to what is about to stop. It was told at the commit, unless the deploy died
    /// between the two. An nginx that is down reads the endpoints when it starts.
    private func withdraw(_ due: [Instance]) async throws {
        let ids = Set(due.map(\.appID))
        for app in try store.apps() where ids.contains(app.id) {
            do { try await publishEndpoints(of: app) } catch let error as CairnError where error.code == .nginxDown {}
        }
    }

    /// SIGTERM, then SIGKILL after the app's time-out; then the container and the row are removed.
    func stopRetired(_ instance: Instance) async throws {
        if let container = instance.containerID {
            do {
                try await stop(container, of: instance)
                try await removeContainer(container)
            } catch {
                try await tellRetirementFailed(instance, container)
                throw error
            }
        }
        try store.removeInstance(instance)
    }

    private func stop(_ container: String, of instance: Instance) async throws {
        try await engineCall("stopping \(instance.name)") {
            // The time-out is the one that the container was made with.
            do { try await engine.stopContainer(container, timeout: nil) } catch let error as EngineError
                where error.isNotFound
            {}
        }
    }

    private func tellRetirementFailed(_ instance: Instance, _ container: String) async throws {
        guard triggers.isImplemented(.retireContainerFailed),
            let app = try store.apps().first(where: { $0.id == instance.appID })
        else { return }
        try await triggers.fire(.retireContainerFailed, app.name.rawValue, container)
    }

    /// Makes sure that somebody stops the retiring copies when their time comes: the daemon, or else a process of our own
    /// that outlives this command.
    func arrangeRetirement() throws {
        // The daemon is told in any case: it also watches over what has been started.
        let isHeard = ringDaemon()
        if try isHeard || store.retiringInstances().isEmpty { return }
        try DetachedProcess.start(
            executable: ownExecutable(), arguments: ["internal:retire"], environment: ["CAIRN_ROOT": settings.root])
    }

    /// This program. A test or a checkout may run it from elsewhere than where it is installed.
    func ownExecutable() -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? settings.executable
    }
}
