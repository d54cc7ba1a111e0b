import CairnBackends
import CairnCatalog
import CairnConsul
public import CairnCore
public import CairnDNS
import CairnDeploy
public import CairnDiscovery
import CairnStore
import Logging
import ServiceLifecycle

/// The servers that the catalog is asked by, and the registries outside that it is written to, as the settings want them:
/// when those change, they are begun anew.
struct DiscoveryServers: ServiceLifecycle.Service, CustomStringConvertible {
    let platform: Platform
    let keeper: CatalogKeeper
    let pokes: Pokes
    /// The daemon's own, for the secrets of backends.
    let environment: [String: String]
    let logger: Logger
    let firstLook: FirstLook

    /// An engine that does not answer in that time may hang for long.
    private static let patience = Duration.seconds(15)

    /// For the log of the services' beginnings and ends.
    var description: String { "DiscoveryServers" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await firstLook.wait(atMost: Self.patience)
            var backoff = Backoff()
            while !Task.isCancelled {
                do {
                    try keeper.refresh()
                    let settings = try settings()
                    try await takeNode(settings)
                    backoff.reset()
                    await serve(settings)
                } catch {
                    logger.error("The settings of discovery cannot be used", metadata: ["error": "\(error)"])
                    try? await ContinuousClock().sleep(for: backoff.pause())
                }
            }
        }
    }

    private func settings() throws -> DiscoverySettings {
        DiscoverySettings(try platform.store.properties(DiscoverySettings.namespace, in: .global))
    }

    /// Gives this host the name and the address that the settings say. Services of apps go by both.
    private func takeNode(_ settings: DiscoverySettings) async throws {
        let own = try platform.store.ownNode()
        let name = settings["node-name"] ?? own.name
        let address = settings["ip"] ?? HostInterfaces.primary()?.description ?? "127.0.0.1"
        guard name != own.name || address != own.address else { return }
        try platform.store.setOwnNode(name: name, address: address)
        if name != own.name { try platform.refreshAllServices() }
        try keeper.refresh()
    }

    /// Serves until the settings are others, or the task is cancelled.
    private func serve(_ settings: DiscoverySettings) async {
        let status = DiscoveryStatusFile(root: platform.settings.root, logger: logger)
        defer { status.remove() }
        await withDiscardingTaskGroup { group in
            for service in services(settings, status) {
                group.addTask {
                    do { try await service.run() } catch {
                        logger.error("A server of discovery has ended", metadata: ["error": "\(error)"])
                    }
                }
            }
            let subscription = pokes.subscribe()
            // They may have changed since they were read.
            subscription.poke()
            for await _ in subscription.stream {
                if Task.isCancelled { break }
                if let now = try? self.settings(), now != settings { break }
            }
            group.cancelAll()
        }
    }

    private func services(
        _ settings: DiscoverySettings, _ status: DiscoveryStatusFile
    ) -> [any ServiceLifecycle.Service] {
        var services: [any ServiceLifecycle.Service] = []
        do { services.append(try dns(settings, status)) } catch {
            logger.error("The DNS server cannot be made", metadata: ["error": "\(error)"])
        }
        do { services += try http(settings, status) } catch {
            logger.error("The HTTP server cannot be made", metadata: ["error": "\(error)"])
        }
        for text in settings.list("backends") {
            do { services.append(try backend(text, settings, status)) } catch {
                logger.error("A backend cannot be used", metadata: ["error": "\(error)"])
                status.note(BackendStatus(url: text, lastError: error.message))
            }
        }
        return services
    }

    private func dns(_ settings: DiscoverySettings, _ status: DiscoveryStatusFile) throws -> DNSServer {
        let addresses = settings.addresses("dns-listen", standard: platform.settings.dnsListen)
        return DNSServer(
            settings: try DNSSettings(settings), listen: try addresses.map(DNSListenAddress.init(parsing:)),
            view: { [keeper] in keeper.view }, onStatus: { status.note($0) }, logger: logger)
    }

    private func http(
        _ settings: DiscoverySettings, _ status: DiscoveryStatusFile
    ) throws -> [any ServiceLifecycle.Service] {
        let listeners = try settings.addresses("http-listen", standard: platform.settings.httpListen).map { text in
            let address = try DNSListenAddress(parsing: text)
            return ConsulSettings.Listener(host: address.host.description, port: address.port)
        }
        let configuration = ConsulSettings(listeners: listeners, token: settings["http-token"])
        let store = platform.store
        let sessions = SessionService(store: store, feed: keeper.feed, logger: logger)
        guard !listeners.isEmpty else { return [sessions] }
        let server = ConsulServer(
            settings: configuration, store: store, feed: keeper.feed,
            isReserved: { [keeper] in AppServiceName.isReserved($0, apps: keeper.apps) },
            refresh: { [keeper] in try keeper.refresh() }, onStatus: { status.note($0) }, logger: logger)
        return [sessions, server]
    }

    private func backend(
        _ text: String, _ settings: DiscoverySettings, _ status: DiscoveryStatusFile
    ) throws(CairnError) -> BackendService {
        let url = try BackendURL(validating: text, environment: environment)
        for listener in settings.addresses("http-listen", standard: platform.settings.httpListen) {
            let own = try DNSListenAddress(parsing: listener)
            guard !url.isServer(at: own.host.description, port: own.port) else {
                throw CairnError(
                    .invalidValue, "\(url) is Cairn's own HTTP API, which has what Cairn knows already",
                    hint: "Name the Consul that is to have it too, or let http-listen be another port.")
            }
        }
        return BackendService(
            url, following: keeper.feed,
            settings: try BackendSettings(timeToLive: .seconds(settings.number("ttl", standard: 60))),
            environment: environment, logger: logger, onStatus: { status.note($0) })
    }
}

extension DNSSettings {
    /// What the settings of discovery say about DNS.
    ///
    /// - Throws: `E-INVALID-VALUE` for values that a newer Cairn wrote.
    public init(_ settings: DiscoverySettings) throws(CairnError) {
        try self.init(domains: [settings.domain, "consul"])
        let ttl = UInt32(clamping: settings.number("dns-ttl", standard: 0))
        if ttl > 0 { serviceTTL = ["*": ttl] }
        nodeTTL = ttl
        onlyPassing = settings.flag("dns-only-passing")
        isStrict = settings.flag("dns-strict")
        recursors = try settings.list("recursors").map { text throws(CairnError) in
            try DNSListenAddress(parsing: text)
        }
    }
}
