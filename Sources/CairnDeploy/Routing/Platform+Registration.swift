import CairnCatalog
import CairnCore
import CairnDiscovery
import CairnStore

extension Platform {
    /// Registers the copies of all apps anew, as when this host is called otherwise.
    public func refreshAllServices() throws {
        for app in try store.apps() where app.isDeployed {
            try refreshServices(of: app, mappings: portMappings(of: app))
        }
    }

    /// How copies of an app are registered in the catalog, each as its own release says.
    func registrations(
        of instances: [Instance], app: App, mappings: [PortMapping]
    ) throws -> [ServiceRegistration] {
        let node = try store.ownNode().name
        let prefix = try containerNamePrefix()
        let host = try store.domains(of: app).first { !$0.isWildcard }?.rawValue
        // Copies that scaling left alone run an older release than the current one.
        var releases: [Int64: Release] = [:]
        return try instances.flatMap { instance in
            let release = try releases[instance.releaseID] ?? store.release(id: instance.releaseID)
            releases[instance.releaseID] = release
            let content = release.content
            let registration = AppRegistration(
                app: app, node: node, containerNamePrefix: prefix, mappings: mappings,
                primaryPort: containerPort(mappings, config: content.config, exposedPorts: content.exposedPorts),
                host: host)
            return registration.registrations(
                of: instance, manifest: try release.controlFiles().appJSON, variables: content.config)
        }
    }
}
