public import CairnCore
public import CairnStore
import DockerEngine

/// A live copy for which app.json declares liveness checks.
public struct LivenessTarget: Sendable, Equatable {
    public let app: AppName
    public let instance: Instance
    public let containerID: String
    /// At least one.
    public let checks: [HealthCheck]
}

extension Platform {
    /// The live copies of all running apps that are to be watched.
    public func livenessTargets() throws -> [LivenessTarget] {
        try store.apps().filter { $0.desiredState == .running }.flatMap { app in
            // Copies that scaling left alone run an older release than the current one.
            var manifests: [Int64: AppJSON] = [:]
            return try store.instances(of: app).compactMap { instance -> LivenessTarget? in
                guard instance.state == .live, let containerID = instance.containerID else { return nil }
                let manifest =
                    try manifests[instance.releaseID]
                    ?? store.release(id: instance.releaseID).controlFiles().appJSON
                manifests[instance.releaseID] = manifest
                let checks = manifest.healthChecks(of: instance.name.process, kind: .liveness)
                if checks.isEmpty { return nil }
                return LivenessTarget(app: app.name, instance: instance, containerID: containerID, checks: checks)
            }
        }
    }

    /// Tries a check once.
    ///
    /// - Returns: Why it failed, in a few words; nil when it passed.
    public func failure(of check: HealthCheck, on target: LivenessTarget) async throws -> String? {
        let app = try store.app(target.app)
        let checker = try healthChecker(of: target.instance, app: app, containerID: target.containerID)
        if case .failed(let reason) = await checker.probe(check) { return reason }
        return nil
    }

    /// Takes a copy out of service and starts its container anew; `instanceStarted` puts it back.
    ///
    /// - Returns: Whether that was still to be done: false when the container is no longer that of a live copy.
    public func restart(_ target: LivenessTarget, because reason: String) async throws -> Bool {
        let id = target.instance.id
        guard let (app, instance) = try liveInstance(id, containerID: target.containerID) else { return false }
        try store.addEvent(
            "health-changed", app: app.name, actor: actor, "\(instance.name) is restarted: \(reason)")
        if try store.setStatus(.critical, output: reason, ofServicesOf: id) {
            tellHealth(of: instance, of: app, isPassing: false, reason)
            try await publishEndpoints(of: app)
        }
        try await engineCall("restarting \(instance.name)") { try await engine.restartContainer(target.containerID) }
        return true
    }
}
