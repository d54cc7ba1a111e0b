import CairnCore
import CairnPlugins
import CairnStore
import DockerEngine

/// Makes containers of an app as its rows say, and as its options and plugins want them to be changed.
struct ContainerMaking {
    let platform: Platform
    let app: App
    let release: Release
    let reporter: any ProgressReporter

    /// Makes a container; it does not run yet.
    ///
    /// - Returns: The engine's id.
    /// - Throws: `E-NOT-FOUND` for a link or a network that is not there, `E-PLUGIN-ANSWER`, `E-PLUGIN-FAILED`; nothing is
    ///   left then.
    func make(_ name: String, _ spec: ContainerSpec, for use: ContainerUse) async throws -> String {
        let options = try await platform.containerOptions(
            of: app, for: use, builder: release.content.builder, reporter: reporter)
        var spec = spec
        let network = try platform.networkName(of: app)
        spec.apply(options, config: release.content.config, network: network)
        try await Links(platform: platform, app: app).join(options)
        let id = try await platform.engine.createContainer(name: name, spec)
        do {
            try await join(id, to: options.networks, aliases: use.aliases(in: app) + options.networkAliases)
            // A network that is removed this moment is not needed any more.
            for network in try platform.linkedNetworks(of: app) {
                do { try await platform.engine.connectNetwork(network, container: id) } catch let error as EngineError
                    where error.isNotFound
                {}
            }
            try await tellPlugins(of: id, use)
            return id
        } catch {
            // Also when this task was cancelled.
            await Task { try? await platform.removeContainer(id) }.value
            throw error
        }
    }

    private func join(_ id: String, to networks: [String], aliases: [String]) async throws {
        for network in networks {
            do {
                try await platform.engine.connectNetwork(network, container: id, EndpointSpec(aliases: aliases))
            } catch let error as EngineError where error.isNotFound {
                throw CairnError(
                    .notFound, "\(app.name) is to be in the network \(network), which does not exist",
                    hint: "Make it: docker network create \(network); or remove the option --network \(network).")
            }
        }
    }

    private func tellPlugins(of id: String, _ use: ContainerUse) async throws {
        guard platform.triggers.isImplemented(.postContainerCreate) else { return }
        var arguments = ["app", id, app.name.rawValue, use.phaseName]
        if case .copy(let name) = use { arguments.append(name.process.rawValue) }
        try await platform.triggers.fire(.postContainerCreate, arguments: arguments, reporter: reporter)
    }
}
