import CairnCatalog
public import CairnCore
import CairnDiscovery
public import CairnNginx
import CairnPlugins
public import CairnStore
import DockerEngine

extension Platform {
    /// Brings nginx in line with the app's domains, ports, certificate and settings, whether it is deployed or not.
    ///
    /// - Parameter tellsPlugins: Whether this is the work of `proxy-build-config`, rather than a plugin's asking for it.
    /// - Throws: `E-NGINX-REFUSED` (the live configuration stays as it was), `E-NGINX-DOWN`.
    public func route(_ app: App, tellsPlugins: Bool = true, reporter: any ProgressReporter) async throws {
        let app = try store.refresh(app)
        try await takeOverCertificate(of: app, reporter: reporter)
        try await askForRoutes(of: app, reporter: reporter)
        let mappings = try portMappings(of: app)
        if app.isDeployed { try refreshServices(of: app, mappings: mappings) }
        try await installVirtualHost(of: app, mappings: mappings, reporter: reporter)
        try await publishEndpoints(of: app)
        if tellsPlugins {
            try await triggers.fire(.proxyBuildConfig, app.name.rawValue, reporter: reporter)
        }
    }

    /// Serves an app that has been renamed under its new name, without a moment in which it is not served. Endpoints are
    /// known by the app's name, so they are there first. Services are called after it too.
    func reroute(_ app: App, formerly name: AppName) async throws {
        let mappings = try portMappings(of: app)
        if app.isDeployed { try refreshServices(of: app, mappings: mappings) }
        try await publishEndpoints(of: app)
        try await installVirtualHost(of: app, mappings: mappings, replacing: name)
        try await nginx.remove(app: name)
    }

    /// Renders the app's virtual host; a change is tested with the whole configuration and loaded.
    func installVirtualHost(
        of app: App, mappings: [PortMapping], replacing predecessor: AppName? = nil,
        reporter: any ProgressReporter = SilentReporter()
    ) async throws {
        if let host = try virtualHost(of: app, mappings: mappings) {
            let edit = try await pluginEdit(of: host, reporter: reporter)
            try await nginx.install(host, replacing: predecessor, edit: edit)
        } else {
            try await nginx.remove(app: app.name)
            // A plugin's proxy keeps what it has until `proxy-build-config`, unless the app is to have no proxy at all.
            guard try isServedByNginx(app) || isProxyDisabled(of: app) else { return }
            try await triggers.fire(.proxyClearConfig, app.name.rawValue, reporter: reporter)
        }
    }

    /// What the rows say about how nginx serves the app; nil when it does not.
    func virtualHost(of app: App, mappings: [PortMapping]) throws -> VirtualHost? {
        if try mappings.isEmpty || isProxyDisabled(of: app) || !isServedByNginx(app) { return nil }
        let certificate = try store.certificate(of: app).map {
            CairnNginx.Certificate(chainPEM: $0.chain, keyPEM: $0.privateKey)
        }
        return VirtualHost(
            app: app.name, domains: try store.domains(of: app), mappings: mappings, certificate: certificate,
            settings: try NginxSettings(store.effectiveProperties("nginx", of: app.name)),
            standsAlone: Self.editTriggers.contains(where: triggers.isImplemented))
    }

    private func isProxyDisabled(of app: App) throws -> Bool {
        try store.effectiveProperties("proxy", of: app.name)["disabled"] == "true"
    }

    /// Rewrites the app's rows of the catalog for changed ports.
    func refreshServices(of app: App, mappings: [PortMapping]) throws {
        let live = try store.instances(of: app).filter { $0.state == .live }
        try store.replaceServices(of: app, with: registrations(of: live, app: app, mappings: mappings))
    }

    /// Sets what the catalog says in nginx: which containers get the requests of each mapping. It does so until that is
    /// what it says: another process may have changed the catalog between the reading here and the writing, and its own
    /// publishing may lie between the two.
    func publishEndpoints(of app: App) async throws {
        var published: [MappingKey: [Endpoint]]?
        while true {
            let wanted = try endpoints(of: app)
            if wanted == published { return }
            try await nginx.setEndpoints(wanted, for: app.name)
            published = wanted
        }
    }

    /// The endpoints of each mapping, from the catalog.
    public func endpoints(of app: App) throws -> [MappingKey: [Endpoint]] {
        let services = try store.services(of: app)
        var endpoints: [MappingKey: [Endpoint]] = [:]
        for mapping in try portMappings(of: app) {
            endpoints[mapping.key] = Lookup.serving(services, for: mapping).compactMap { service in
                IPv4Address(service.address).map { Endpoint(address: $0, port: service.port) }
            }
        }
        return endpoints
    }
}
