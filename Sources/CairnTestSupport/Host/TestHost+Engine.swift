import CairnCore
import CairnStore
public import DockerEngine
import Foundation

extension TestHost {
    /// All containers of this installation, running or not, or those of one app.
    public func containers(of app: String? = nil) async throws -> [ContainerSummary] {
        let labels = ["cairn.root=\(try store().installationID())"] + (app.map { ["cairn.app=\($0)"] } ?? [])
        return try await engine.listContainers(all: true, labels: labels)
    }

    /// The container of one copy of an app's live release.
    public func container(of app: String, _ instance: String = "web.1") async throws -> String {
        let store = try store()
        let instances = try store.instances(of: store.app(AppName(validating: app)))
        let found = instances.first { $0.state == .live && $0.name.description == instance }?.containerID
        guard let found else { throw TestHostError("\(app) has no live \(instance)") }
        return found
    }

    /// Changes settings of the host in its `host.env`, where every program reads them.
    public func configure(_ changes: [String: String]) throws {
        let path = root + "/host.env"
        let kept = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { line in
            !changes.keys.contains { line.hasPrefix($0 + "=") }
        }
        let lines = kept.map(String.init) + changes.map { "\($0.key)=\($0.value)" }
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// Runs the daemon beside the body.
    ///
    /// - Parameter body: is given the process, to end it before its time.
    public func withDaemon(_ body: (ServerProcess) async throws -> Void) async throws {
        let path = "\(root)/etc/daemon-\(UInt32.random(in: 0...UInt32.max)).log"
        let log = { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        // The tests' own variable would win over this host's settings, which may name another engine.
        let daemon = ServerProcess(
            arguments: [executable, "daemon"], log: path,
            environment: ["CAIRN_ROOT": root, "CAIRN_ENGINE_SOCKET": settings.engineSocket])
        defer { daemon.stop() }
        try await daemon.start(until: .unixSocket(settings.daemonSocket))
        do {
            // What it did not see happen it finds by looking, once; from then on it follows events.
            let follows = try await eventually { log().contains("Every app has been reconciled") }
            guard follows else { throw TestHostError("the daemon does not follow the engine's events") }
            try await body(daemon)
        } catch {
            print(log().suffix(4_000))
            throw error
        }
    }
}
