public import CairnCore
public import CairnStore
import DockerEngine

/// The container of one copy of a process: rows in, an engine's specification out. Pure.
struct InstanceContainer: Sendable {
    let app: App
    let release: Release
    let settings: ProcessSettings
    let networkName: String
    let labels: [String: String]
    /// Goes before container names, so that several installations can share an engine; mostly empty.
    let namePrefix: String

    /// The name servers that the engine's own asks; empty for those of the host.
    let nameServers: [String]

    /// The port that the web process is told to listen on.
    let port: Int

    func name(of instance: Instance) -> String { "\(namePrefix)\(app.name).\(instance.name).\(instance.id)" }

    /// - Throws: `E-INVALID-FILE` when the Procfile's command cannot be read.
    func spec(of instance: Instance) throws(CairnError) -> ContainerSpec {
        let environment = environment(of: instance.name)
        var spec = ContainerSpec(image: release.imageID)
        let words = try ContainerEntry(release: release).start(instance.name.process, environment: environment)
        (spec.entrypoint, spec.cmd) = (words.entrypoint, words.arguments)
        spec.env = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        spec.labels = labels(of: instance)
        spec.stopTimeout = settings.stopTimeout
        spec.hostConfig.`init` = true
        spec.hostConfig.restartPolicy = settings.restartPolicy.engine
        spec.hostConfig.networkMode = networkName
        spec.hostConfig.logConfig = settings.logConfig
        spec.hostConfig.dns = nameServers
        spec.endpoints = [
            networkName: EndpointSpec(
                ipv4Address: instance.address.description,
                aliases: [
                    instance.name.process.rawValue, instance.name.description,
                    // By which apps that are linked to this one know it.
                    "\(instance.name.process).\(app.name)",
                ])
        ]
        return spec
    }

    /// The config variables, and over them what Cairn says: `PORT` for web, the copy's name, the release.
    func environment(of name: InstanceName) -> [String: String] {
        var environment = release.environment(of: app)
        if name.process == .web { environment["PORT"] = "\(port)" }
        environment["DYNO"] = name.description
        return environment
    }

    private func labels(of instance: Instance) -> [String: String] {
        labels.merging([
            "cairn.instance": "\(instance.id)", "cairn.process": instance.name.process.rawValue,
            "cairn.index": "\(instance.name.index)", "cairn.release": "v\(release.version)",
            "com.dokku.container-type": "deploy", "com.dokku.process-type": instance.name.process.rawValue,
            "com.dokku.dyno": instance.name.description,
        ]) { _, own in own }
    }
}

extension Release {
    /// What every process and task of the release finds in its environment.
    func environment(of app: App) -> [String: String] {
        var environment = (content.build?.config ?? [:]).merging(content.config) { _, own in own }
        environment["CAIRN_APP"] = app.name.rawValue
        environment["CAIRN_RELEASE"] = "v\(version)"
        let variable = content.revisionVariable ?? "GIT_REV"
        if let revision = content.revision, variable != "none", environment[variable] == nil {
            environment[variable] = revision
        }
        return environment
    }

    /// The process types that the release can run: those of its Procfile, or web alone.
    public var processTypes: [ProcessType] {
        let named = content.commands.keys.compactMap { try? ProcessType(validating: $0) }.filter { $0 != .release }
        return named.isEmpty ? [.web] : named.sorted()
    }
}

extension ProcessSettings {
    var logConfig: HostConfig.LogConfig {
        logSize == "unlimited"
            ? HostConfig.LogConfig(type: "json-file")
            : HostConfig.LogConfig(type: "json-file", config: ["max-size": logSize, "max-file": "2"])
    }
}

extension RestartPolicy {
    var engine: HostConfig.RestartPolicy {
        switch self {
        case .no: .no
        case .always: .always
        case .unlessStopped: .unlessStopped
        case .onFailure(let retries): .onFailure(maximumRetries: retries ?? 0)
        }
    }
}
