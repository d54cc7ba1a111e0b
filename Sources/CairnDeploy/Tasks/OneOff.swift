import CairnCore
import CairnStore
import DockerEngine
import Foundation

extension Platform {
    /// A container beside the app's own, with its image, config and network, for one command: `run`, and the scripts of a
    /// deploy. It gets no reserved address and no requests.
    ///
    /// `kind` is what the label `cairn.kind` says: `run` or `task`; reconcile removes a task that no deploy waits for. `word`
    /// is what its name and plugins say, when it is not the same.
    func oneOffSpec(
        for app: App, release: Release, kind: String = "run", word: String? = nil, command: ContainerEntry.Words,
        environment: [String: String] = [:],
        terminal: Bool = false
    ) throws -> (name: String, spec: ContainerSpec) {
        let name = "\(try containerNamePrefix())\(app.name).\(word ?? kind).\(Self.randomSuffix())"
        var variables = release.environment(of: app).merging(environment) { _, own in own }
        variables["DYNO"] = name
        var spec = ContainerSpec(image: release.imageID)
        (spec.entrypoint, spec.cmd) = (command.entrypoint, command.arguments)
        spec.env = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        spec.labels = try labels(of: app, kind: kind)
            .merging(["com.dokku.container-type": word ?? kind, "cairn.release": "v\(release.version)"]) { $1 }
        spec.tty = terminal
        spec.hostConfig.`init` = true
        spec.hostConfig.networkMode = try networkName(of: app)
        spec.hostConfig.logConfig = try store.processSettings(of: app.name).logConfig
        spec.hostConfig.dns = try nameServers(of: app)
        return (name, spec)
    }

    private static func randomSuffix() -> String { String(UInt32.random(in: 0x10_0000...0xFF_FFFF), radix: 36) }
}
