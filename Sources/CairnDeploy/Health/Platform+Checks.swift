public import CairnCatalog
import CairnCore
import CairnStore
import DockerEngine

extension Platform {
    /// Notes what a check of the catalog has found. When that changes whether a copy of an app may be given requests, nginx
    /// is told at once.
    ///
    /// - Returns: Whether the check's status has changed.
    /// - Throws: `E-NGINX-DOWN` when nginx could not be told; the catalog has changed then.
    @discardableResult
    public func note(_ finding: CheckFinding, of key: Service.Key) async throws -> Bool {
        guard let check = try store.check(key) else { return false }
        var finding = finding
        finding.status = min(finding.status, check.definition.worstStatus)
        guard try store.setStatus(finding, ofCheck: key) else { return false }
        guard let id = check.serviceID, let service = try store.service(Service.Key(node: key.node, id: id)) else {
            return true
        }
        guard let copy = service.appInstance else {
            try store.addEvent(
                "health-changed", actor: actor,
                "\(service.id.excerpt(80)) is \(finding.status.rawValue): \(finding.output.excerpt(200))")
            return true
        }
        let app = try store.app(copy.app)
        let words =
            finding.status == .passing
            ? "passes its check '\(check.name)' again" : "fails its check '\(check.name)': \(finding.output)"
        try store.addEvent("health-changed", app: app.name, actor: actor, "\(copy.name) \(words.excerpt(200))")
        if let instance = try store.instance(id: copy.instanceID) {
            tellHealth(of: instance, of: app, isPassing: finding.status != .critical, words)
        }
        try await publishEndpoints(of: app)
        return true
    }

    /// Takes a copy out of service that fails a liveness check, and starts its container anew; `instanceStarted` puts it
    /// back.
    ///
    /// - Returns: Whether that was still to be done: false when the copy is no longer live.
    /// - Throws: `E-ENGINE-FAILED`, `E-NGINX-DOWN`.
    @discardableResult
    public func restart(_ copy: Service.AppInstance, because reason: String) async throws -> Bool {
        guard let containerID = try store.instance(id: copy.instanceID)?.containerID,
            let (app, instance) = try liveInstance(copy.instanceID, containerID: containerID)
        else { return false }
        try store.addEvent(
            "health-changed", app: app.name, actor: actor, "\(instance.name) is restarted: \(reason.excerpt(200))")
        if try store.setStatus(.critical, output: reason, ofServicesOf: instance.id) {
            tellHealth(of: instance, of: app, isPassing: false, reason)
            try await publishEndpoints(of: app)
        }
        try await engineCall("restarting \(instance.name)") { try await engine.restartContainer(containerID) }
        return true
    }
}
