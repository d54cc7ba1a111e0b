public import CairnCore
public import Logging
public import SystemPackage

/// nginx on this host, as far as Cairn configures it.
///
/// Every change is made to a copy, tested there together with everything else that is live, and switched in by one
/// rename; a configuration that nginx does not accept never gets near the running one. Processes may do this at the same
/// time: they take turns at the configuration, and one reload serves all who wait for one.
public actor NginxServer {
    /// What a call changed.
    public enum Change: Sendable, Equatable {
        /// nginx already runs with just this.
        case unchanged
        /// nginx has confirmed that it runs with the new configuration.
        case installed
    }

    /// Changes a copy of an app's own file.
    public typealias Edit = @Sendable (FilePath) async throws -> Void

    nonisolated let host: NginxHost
    nonisolated let logger: Logger
    nonisolated var layout: Layout { host.layout }
    nonisolated var control: ControlClient { ControlClient(socket: layout.controlSocket) }
    nonisolated var process: NginxProcess { NginxProcess(host: host) }
    private var knownBuild: NginxProcess.Build?
    private var knownTemplates: Templates?

    public init(host: NginxHost, logger: Logger = Logger(label: "cairn.nginx")) {
        self.host = host
        self.logger = logger
    }

    /// Makes nginx's part of the state, or brings it up to date after an upgrade of Cairn. Does nothing when all is as it
    /// should be. It is not an error when nginx does not run (yet).
    ///
    /// - Throws: `E-NGINX-REFUSED` when the host's own configuration and Cairn's do not go together, or does not include
    ///   `cairn.conf`.
    @discardableResult
    public func bootstrap() async throws -> Change {
        try host.check()
        try await prepareDirectories()
        removeDeadSocket()
        do {
            let change = try await change(nil) { _, generation in generation.sites }
            await collectGarbage()
            return change
        } catch let error as CairnError where error.code == .nginxDown {
            return .installed
        }
    }

    /// Brings an app's vhost into nginx, and returns when nginx serves it.
    ///
    /// `edit` is given the app's file before it is tested, and may change it (for plugins); it calls for a vhost that
    /// stands alone. `predecessor` is taken out in the same step, so that its domains are free: the same app under a
    /// former name.
    ///
    /// - Throws: `E-NGINX-REFUSED` with nginx's own lines (nothing has changed then), `E-DOMAIN-TAKEN` or
    ///   `E-INVALID-VALUE` when another app has the name or the port, `E-NGINX-DOWN` when nginx does not run (the
    ///   configuration is in place and will be served when it starts).
    @discardableResult
    public func install(
        _ vhost: VirtualHost, replacing predecessor: AppName? = nil, edit: Edit? = nil
    ) async throws -> Change {
        try await change(vhost.app) { context, generation in
            var table = SocketTable(host: self.host)
            var sites = generation.sites
            if let predecessor { sites[predecessor] = nil }
            for site in sites.values where site.app != vhost.app { table.enter(site) }
            sites[vhost.app] = try await self.prepare(vhost, generation, context, &table, edit: edit)
            return sites
        }
    }

    /// Takes an app's vhost out of nginx; its endpoints are forgotten too.
    @discardableResult
    public func remove(app: AppName) async throws -> Change {
        do {
            let change = try await change(app) { _, generation in
                generation.sites.filter { $0.key != app }
            }
            try await setEndpoints([:], for: app)
            removeFiles(of: app)
            return change
        } catch let error as CairnError where error.code == .nginxDown {
            // What is on disk no longer has the app, so its files (a key among them) need not wait for nginx.
            try? await setEndpoints([:], for: app)
            removeFiles(of: app)
            throw error
        }
    }

    /// Makes the vhosts of all apps anew in one step, and forgets all others. This also is how to change over when the
    /// Lua module has been installed or removed.
    ///
    /// - Parameter edits: What is done to the files of some apps; see `install`.
    /// - Throws: as `install`; one vhost that is refused refuses all.
    @discardableResult
    public func replaceAll(_ vhosts: [VirtualHost], edits: [AppName: Edit] = [:]) async throws -> Change {
        let change = try await change(nil, adoptsMode: true) { context, generation in
            var table = SocketTable(host: self.host)
            var sites: [AppName: Site] = [:]
            for vhost in vhosts {
                sites[vhost.app] = try await self.prepare(
                    vhost, generation, context, &table, edit: edits[vhost.app])
            }
            return sites
        }
        await collectGarbage()
        return change
    }

    func build() async throws -> NginxProcess.Build {
        if let knownBuild { return knownBuild }
        let build = try await process.build()
        knownBuild = build
        return build
    }

    func templates() throws -> Templates {
        if let knownTemplates { return knownTemplates }
        let templates = try Templates()
        knownTemplates = templates
        return templates
    }
}
