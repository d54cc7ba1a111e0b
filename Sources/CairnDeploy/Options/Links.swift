import CairnCore
import CairnStore
import DockerEngine

/// Containers beside the app that it reaches under names of its own choice (`--link CONTAINER:ALIAS`).
///
/// They are joined to the app's network under their alias, which works for every container of the app at once and outlives
/// each of them. What has been joined is noted, so that it can be parted again when the option is gone.
struct Links {
    let platform: Platform
    let app: App

    private static let namespace = "docker-links"

    /// Joins the containers that the options name. One that is joined already is left alone.
    ///
    /// - Throws: `E-NOT-FOUND` when there is no such container.
    func join(_ options: [DockerOption]) async throws {
        let links = options.links
        for (container, group) in Dictionary(grouping: links, by: \.container).sorted(by: { $0.key < $1.key }) {
            try await join(container, aliases: group.map(\.alias))
        }
    }

    /// Whether there is any container to part.
    var haveBeenJoined: Bool {
        get throws { try !platform.store.properties(Self.namespace, in: .app(app.name)).isEmpty }
    }

    /// Parts the containers that were joined and that no option names any more.
    func part(except options: [DockerOption]) async throws {
        let wanted = Set(options.links.map(\.container))
        let known = try platform.store.properties(Self.namespace, in: .app(app.name)).keys
        for container in known.sorted() where !wanted.contains(container) {
            try await part(container)
            try platform.store.setProperty(Self.namespace, container, to: nil, in: .app(app.name))
        }
    }

    private func join(_ container: String, aliases: [String]) async throws {
        let network = try platform.networkName(of: app)
        try await engineCall("joining \(container) to the network of \(app.name)") {
            let found = try await inspect(container)
            let present = found.networks[network]
            let isJoined = present.map { endpoint in aliases.allSatisfy(endpoint.aliases.contains) } ?? false
            if !isJoined {
                // Aliases of an endpoint cannot be changed, so it is made anew.
                if present != nil { try await platform.engine.disconnectNetwork(network, container: found.id) }
                let kept = (present?.aliases ?? []).filter { !found.id.hasPrefix($0) }
                try await connect(found.id, to: network, aliases: Array(Set(kept + aliases)).sorted())
            }
        }
        try platform.store.setProperty(
            Self.namespace, container, to: aliases.sorted().joined(separator: " "), in: .app(app.name))
    }

    private func connect(_ id: String, to network: String, aliases: [String]) async throws {
        do {
            try await platform.engine.connectNetwork(network, container: id, EndpointSpec(aliases: aliases))
        } catch let error as EngineError where error.message.contains("already exists in network") {
            // Somebody else joined it meanwhile.
        }
    }

    private func inspect(_ container: String) async throws -> ContainerInspect {
        do { return try await platform.engine.inspectContainer(container) } catch let error as EngineError
            where error.isNotFound
        {
            throw CairnError(
                .notFound, "\(app.name) is linked to the container \(container), which does not exist",
                hint: """
                    Start it; or see what names it with 'cairn docker-options:report \(app.name)', and remove that with \
                    docker-options:remove.
                    """)
        }
    }

    private func part(_ container: String) async throws {
        let network = try platform.networkName(of: app)
        try await engineCall("parting \(container) from the network of \(app.name)") {
            do {
                try await platform.engine.disconnectNetwork(network, container: container, force: true)
            } catch let error as EngineError where !error.isUnreachable {
                // It is gone, or was parted by hand.
            }
        }
    }
}

extension EngineError {
    fileprivate var isUnreachable: Bool { kind == .unreachable || kind == .timeout || kind == .cancelled }
}

extension [DockerOption] {
    /// The containers that are to be reached, each under each name once.
    var links: [DockerLink] {
        Set(compactMap { if case .link(let link) = $0.setting { link } else { nil } }).sorted()
    }

    /// The networks to join beside the app's own.
    var networks: [String] {
        var seen: Set<String> = []
        return compactMap { if case .network(let name) = $0.setting { name } else { nil } }
            .filter { seen.insert($0).inserted }
    }

    var networkAliases: [String] { compactMap { if case .networkAlias(let name) = $0.setting { name } else { nil } } }
}
