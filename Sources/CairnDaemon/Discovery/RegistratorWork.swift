import CairnCatalog
import CairnCore
import CairnDeploy
import CairnDiscovery
import CairnStore
import DockerEngine
import Foundation
import Logging

/// What the registrator knows, and what it writes. A value of one task: everything happens one after the other.
struct RegistratorWork {
    private let platform: Platform
    private let keeper: CatalogKeeper
    private let logger: Logger
    private let ownRoot: String
    private var options: RegistratorOptions
    private var apps: Set<String>
    private var containers: RegisteredContainers
    /// What the catalog has of each container, as far as this value has written it.
    private var written: [String: [ServiceRegistration]] = [:]
    /// The ids that each container claims although something else has them.
    private var taken: [String: [String]] = [:]
    /// What the log was told of already.
    private var told: Set<String> = []
    /// The addresses of Cairn's own containers, by the container.
    private var clients: [String: Client] = [:]

    private struct Client: Equatable {
        let appID: Int64
        let addresses: [IPv4Address]
    }

    /// - Throws: `E-STORE`, `E-INVALID-VALUE` for settings that a newer Cairn wrote.
    init(platform: Platform, keeper: CatalogKeeper, logger: Logger) throws {
        self.platform = platform
        self.keeper = keeper
        self.logger = logger
        ownRoot = try platform.store.installationID()
        options = try RegistratorOptions(platform.store)
        apps = keeper.apps
        containers = RegisteredContainers(settings: try options.settings(apps: apps), node: options.node)
    }

    // MARK: Looking

    /// Looks at every container, for the beginning and after a gap.
    mutating func lookAtAll() async throws {
        let look = containers.beginLook()
        let list = try await platform.engine.listContainers(all: true)
        var seen: [Registrator.Observation] = []
        clients = [:]
        for summary in list {
            guard let found = try await observe(summary.id) else { continue }
            noteClient(found.container)
            if !isOwn(found.container.config.labels) { seen.append(found) }
        }
        containers.reconcile(seen, look: look, now: Date())
        publishClients()
        try writeAll()
    }

    /// Looks at the list, and at those containers that are not as they are known.
    mutating func lookAtChanged() async throws {
        let look = containers.beginLook()
        let list = try await platform.engine.listContainers(all: true)
        let present = Set(list.map(\.id))
        for id in containers.ids where !present.contains(id) { containers.remove(id, look: look, now: Date()) }
        for id in clients.keys where !present.contains(id) { clients[id] = nil }
        for summary in list {
            if isOwn(summary.labels) {
                if (clients[summary.id] != nil) != (summary.state == .running) { try await lookAt(summary.id) }
            } else if containers.container(summary.id)?.isSame(as: summary) != true {
                try await lookAt(summary.id)
            }
        }
        containers.expire(now: Date())
        publishClients()
        // Whoever had an id may have given it up.
        for id in taken.keys { written[id] = nil }
        try writeChanges()
    }

    /// Does what an event asks for.
    mutating func take(_ event: EngineEvent) async throws {
        let known = containers
        let reaction = ContainerLifecycle.reaction(to: event) { known.container($0)?.config.stopSignal }
        switch reaction {
        case .nothing: return
        case .inspect(let id): try await lookAt(id)
        case .drain(let id): containers.drain(id, now: Date())
        case .remove(let id):
            containers.remove(id, look: containers.beginLook(), now: Date())
            clients[id] = nil
        }
        publishClients()
        try writeChanges()
    }

    /// Takes changed settings, and that apps have come or gone, whose names are theirs.
    mutating func takeSettings() async throws {
        let options = try RegistratorOptions(platform.store)
        let apps = keeper.apps
        guard options != self.options || apps != self.apps else { return }
        if options.node != self.options.node {
            // Ids begin with the node's name.
            self = try RegistratorWork(platform: platform, keeper: keeper, logger: logger)
            return try await lookAtAll()
        }
        (self.options, self.apps) = (options, apps)
        containers.settings = try options.settings(apps: apps)
        containers.expire(now: Date())
        try writeChanges()
    }

    private mutating func lookAt(_ id: String) async throws {
        let look = containers.beginLook()
        guard let found = try await observe(id) else {
            containers.remove(id, look: look, now: Date())
            clients[id] = nil
            return
        }
        noteClient(found.container)
        guard !isOwn(found.container.config.labels) else { return }
        containers.observe(found, look: look, now: Date())
    }

    /// What the engine says of a container; nil when it is gone.
    private func observe(_ id: String) async throws -> Registrator.Observation? {
        do {
            let container = try await platform.engine.inspectContainer(id)
            var document: JSONValue?
            if options.usesTemplate {
                document = try JSONValue(
                    parsing: await platform.engine.inspectContainerRaw(id), file: "the engine's answer")
            }
            var tags: [String] = []
            // An image that is named by its id, or the beginning of it, says nothing to a person.
            let image = container.config.image
            if image.hasPrefix("sha256:") || container.image.hasPrefix("sha256:" + image) {
                tags = (try? await platform.engine.inspectImage(container.image).repoTags) ?? []
            }
            return Registrator.Observation(container, document: document, imageTags: tags)
        } catch let error as EngineError where error.isNotFound {
            return nil
        }
    }

    private func isOwn(_ labels: [String: String]) -> Bool { labels["cairn.root"] == ownRoot }

    // MARK: Clients

    private mutating func noteClient(_ container: ContainerInspect) {
        let labels = container.config.labels
        guard isOwn(labels), container.state.running, let app = labels["cairn.app-id"].flatMap(Int64.init) else {
            clients[container.id] = nil
            return
        }
        clients[container.id] = Client(
            appID: app, addresses: container.networks.values.compactMap { IPv4Address($0.ipAddress) })
    }

    private func publishClients() {
        let pairs = clients.values.flatMap { client in client.addresses.map { ($0, client.appID) } }
        keeper.setClients(Dictionary(pairs) { first, _ in first })
    }

    // MARK: Writing

    /// Makes the catalog what is known of the containers, whatever it says now.
    private mutating func writeAll() throws {
        (written, taken) = ([:], [:])
        let isChanged = try platform.store.removeContainers(except: containers.ids)
        try writeChanges()
        if isChanged { try keeper.refresh() }
    }

    /// Writes what follows for each container from what has been seen since the last time; a change of one may concern
    /// another, which shares its network or claims the same id.
    private mutating func writeChanges() throws {
        let registration = options.isOff ? Registrator.Registration() : containers.registration
        let wanted = Dictionary(grouping: registration.registrations) { $0.service.containerID ?? "" }
        var isChanged = false
        for id in Set(written.keys).union(wanted.keys).union(containers.ids) {
            let services = wanted[id] ?? []
            guard written[id] != services else { continue }
            let refused = try platform.store.replaceServices(ofContainer: id, with: services)
            // Also when only the words of a check have changed, which counts as no change of the catalog.
            isChanged = true
            taken[id] = refused.isEmpty ? nil : refused
            written[id] = containers.ids.contains(id) ? services : nil
        }
        tell(registration.notes + claims)
        if isChanged { try keeper.refresh() }
    }

    private var claims: [Registrator.Note] {
        taken.flatMap { container, ids in
            ids.map { id in
                Registrator.Note(
                    .refused, "Container \(container.prefix(12)) claims the id '\(id)', which something else has")
            }
        }
    }

    /// What was refused is worth a line, once; the rest is for `services:explain`.
    private mutating func tell(_ notes: [Registrator.Note]) {
        let refused = Set(notes.filter { $0.kind == .refused }.map(\.text))
        for text in refused.subtracting(told).sorted() { logger.warning("\(text.visible)") }
        told = refused
    }
}

extension ContainerInspect {
    /// Whether the engine's list says the same of a container.
    fileprivate func isSame(as summary: ContainerSummary) -> Bool {
        let addresses = networks.mapValues(\.ipAddress)
        let health = summary.status.split(separator: "(").last.map { $0.prefix { $0 != ")" } }
        let isUnwell = health == "unhealthy" || health == "health: starting"
        let wasUnwell = state.running && ["unhealthy", "starting"].contains(state.health?.status ?? "")
        return state.status == summary.state && summary.names.contains(name) && isUnwell == wasUnwell
            && addresses == summary.networks.mapValues(\.ipAddress)
    }
}

extension Registrator.Registration {
    /// The services, each with its checks.
    var registrations: [ServiceRegistration] {
        services.map { service in
            ServiceRegistration(service: service, checks: checks.filter { $0.serviceID == service.id })
        }
    }
}
