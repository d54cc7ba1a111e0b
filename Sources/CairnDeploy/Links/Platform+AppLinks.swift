import CairnCatalog
public import CairnCore
import CairnDiscovery
public import CairnStore
import DockerEngine

extension Platform {
    /// Links an app to another: from now on the client can reach the server's network, and a config variable tells the
    /// server's address. The client's processes find it there when they are started anew.
    ///
    /// - Parameter name: What the variable begins with; nil makes it of the server's name.
    /// - Returns: The link, and whether the variable has changed.
    /// - Throws: `E-NOT-DEPLOYED`, `E-NOT-FOUND` when the server has no such process or the process no port,
    ///   `E-NAME-TAKEN`.
    public func addLink(
        of client: App, to server: App, process: ProcessType, name: ConfigKey?
    ) async throws -> (link: AppLink, isChanged: Bool) {
        guard client.id != server.id else {
            throw CairnError(
                .invalidValue, "\(client.name) cannot be linked to itself",
                hint: "Its processes find each other already: http://\(process).\(server.name):PORT.")
        }
        let address = try linkURL(from: client, to: server, process: process)
        let link = try store.addLink(
            of: client, to: server, process: process, name: name ?? Self.linkName(server.name, process))
        do {
            try await connect(client, to: server)
            let isChanged = try setVariable(of: link, to: address)
            try store.addEvent(
                "linked", app: client.name, actor: actor, "\(try link.variable) is \(process) of \(server.name)")
            return (link, isChanged)
        } catch {
            try store.removeLink(link)
            throw error
        }
    }

    /// Ends a link: the variable goes, and the way when no other link needs it.
    public func removeLink(_ link: AppLink) async throws {
        let client = try store.app(link.client)
        try store.removeLink(link)
        _ = try store.unsetConfig([link.variable], in: .app(link.client))
        if try !store.links(of: client).contains(where: { $0.serverID == link.serverID }) {
            try await disconnect(client, from: store.app(link.server))
        }
        try store.addEvent("unlinked", app: client.name, actor: actor, "\(try link.variable) was \(link.server)")
    }

    /// Brings what clients know of an app up to date: the way there, and the address when its port or its name has changed.
    /// A client whose variable changes is started anew. What goes wrong with one is a warning, as the app itself is fine.
    public func updateClients(of server: App, reporter: any ProgressReporter) async {
        do {
            for link in try store.links(to: server) {
                let client = try store.app(link.client)
                try await connect(client, to: server)
                let address = try linkURL(from: client, to: server, process: link.process)
                guard try setVariable(of: link, to: address), client.isDeployed, client.desiredState == .running else {
                    continue
                }
                reporter.step("Restarting \(client.name), whose \(try link.variable) has changed")
                _ = try await redeploy(
                    client, description: "Link: \(try link.variable) changed", reporter: SilentReporter())
            }
        } catch {
            let reason = (error as? CairnError)?.message ?? "\(error)"
            reporter.warning("What is linked to \(server.name) could not all be told: \(reason)")
        }
    }

    /// Takes the links to an app away that is about to be destroyed.
    func removeLinks(to server: App, reporter: any ProgressReporter) throws {
        for link in try store.links(to: server) {
            reporter.warning("\(link.client) was linked to it; its \(try link.variable) is unset")
            _ = try store.unsetConfig([link.variable], in: .app(link.client))
        }
    }

    /// The networks of other apps that containers of an app are to be in: those that it is linked to, and those that are
    /// open to all; as far as they have been made.
    func linkedNetworks(of app: App) throws -> [String] {
        let linked = Set(try store.links(of: app).map(\.serverID))
        let apps = try store.apps().filter { $0.id != app.id && $0.networkID != nil }
        return try apps.filter { try linked.contains($0.id) || isOpen($0) }.map(networkName)
    }

    /// Whether every app may find and reach this one (`discovery:set APP open true`).
    func isOpen(_ app: App) throws -> Bool {
        try store.property(DiscoverySettings.namespace, "open", in: .app(app.name)) == "true"
    }

    /// Makes the way to an app that has become open to all, or closes it to those that are not linked.
    public func openChanged(_ app: App) async throws {
        let linked = Set(try store.links(to: app).map(\.clientID))
        for other in try store.apps() where other.id != app.id && !linked.contains(other.id) {
            if try isOpen(app) { try await connect(other, to: app) } else { try await disconnect(other, from: app) }
        }
    }

    /// The name of a link that was given none: the server's, in the letters that variables have.
    static func linkName(_ server: AppName, _ process: ProcessType) throws(CairnError) -> ConfigKey {
        let text = process == .web ? server.rawValue : "\(server)_\(process)"
        let letters = text.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        let name = String(letters)
        return try ConfigKey(validating: name.first?.isNumber == true ? "_" + name : name)
    }

    /// Under which address a client finds a process: by Cairn's DNS, which knows who is well, where the client uses it;
    /// else by the alias that the engine's own DNS knows.
    func linkURL(from client: App, to server: App, process: ProcessType) throws -> String {
        let services = try store.services(of: server).filter { $0.appInstance?.name.process == process }
        guard server.isDeployed, !services.isEmpty else {
            throw CairnError(
                .notDeployed, "\(server.name) runs no process \(process)",
                hint: "Deploy it, or scale the process up, then add the link.")
        }
        guard let port = services.first(where: { $0.port != 0 })?.port else {
            throw CairnError(
                .notFound, "\(process) of \(server.name) has no port that is known",
                hint: "Only web has one; link to it, or find other processes by DNS: \(process).\(server.name).")
        }
        let discovery = try store.effectiveProperties(DiscoverySettings.namespace, of: client.name)
        let domain =
            discovery["resolver"] == "true" ? "." + (discovery["domain"] ?? DiscoverySettings.standardDomain) : ""
        return "http://\(process).\(server.name)\(domain):\(port)"
    }

    private func setVariable(of link: AppLink, to address: String) throws -> Bool {
        let pair = try ConfigPair(key: link.variable, value: address)
        return try !store.setConfig([pair], in: .app(link.client)).isEmpty
    }

    // MARK: The way

    /// Joins what runs of the client to the server's network.
    func connect(_ client: App, to server: App) async throws {
        guard server.networkID != nil else { return }
        let network = try networkName(of: server)
        try await engineCall("joining \(client.name) to the network of \(server.name)") {
            let present = try await engine.inspectNetwork(network).containers.keys
            for container in try await linkable(client) where !present.contains(container) {
                do { try await engine.connectNetwork(network, container: container) } catch let error as EngineError
                    where error.isNotFound || error.isConflict || error.message.contains("already exists")
                {
                    // It ended, or somebody else joined it meanwhile.
                }
            }
        }
    }

    func disconnect(_ client: App, from server: App) async throws {
        guard server.networkID != nil, try !isOpen(server) else { return }
        let network = try networkName(of: server)
        try await engineCall("parting \(client.name) from the network of \(server.name)") {
            let present = try await engine.inspectNetwork(network).containers.keys
            for container in try await linkable(client) where present.contains(container) {
                try await engine.disconnectNetwork(network, container: container, force: true)
            }
        }
    }

    private func linkable(_ client: App) async throws -> [String] {
        try await containers(of: client).filter { $0.state == .running }.map(\.id)
    }
}
