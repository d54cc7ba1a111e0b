public import CairnCatalog
public import Logging
public import ServiceLifecycle

/// Keeps one registry outside up to date with the services of this host.
///
/// It compares what is wanted with what it wrote last and writes the difference; when it begins, and from time to time, it
/// reads back what the registry holds of this node. While the registry is down it tries again with growing pauses, for as
/// long as it takes, and writes once what has changed meanwhile. Nothing else waits for it.
///
/// Instances that are critical stay in Consul, whose own health check says so, in directories and for programs, which are
/// told the status. Where there is nothing but an address (`consulkv`, `etcd`, `skydns2`, `hosts`) they are removed until
/// they work again.
public final class BackendService: ServiceLifecycle.Service, CustomStringConvertible {
    private let url: BackendURL
    private let feed: CatalogFeed
    private let filter: @Sendable (CairnCatalog.Service) -> Bool
    private let settings: BackendSettings
    private let environment: [String: String]
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let onStatus: @Sendable (BackendStatus) -> Void
    private let registry: (any Registry)?

    /// - Parameters:
    ///   - filter: Which services of the own node are written.
    ///   - environment: Where a hook program's variables, `CAIRN_HOOK_…`, are taken from.
    ///   - onStatus: Told at the beginning and at every change. It is called from the backend's task and should not take
    ///     long.
    public convenience init(
        _ url: BackendURL, following feed: CatalogFeed, settings: BackendSettings = .standard,
        environment: [String: String] = [:], clock: any Clock<Duration> = ContinuousClock(), logger: Logger,
        where filter: @escaping @Sendable (CairnCatalog.Service) -> Bool = { $0.isAnnounced },
        onStatus: @escaping @Sendable (BackendStatus) -> Void = { _ in }
    ) {
        self.init(
            url, following: feed, settings: settings, environment: environment, clock: clock, logger: logger,
            registry: nil, where: filter, onStatus: onStatus)
    }

    /// - Parameter registry: Used in place of the one that the URL names.
    init(
        _ url: BackendURL, following feed: CatalogFeed, settings: BackendSettings, environment: [String: String] = [:],
        clock: any Clock<Duration>, logger: Logger, registry: (any Registry)?,
        where filter: @escaping @Sendable (CairnCatalog.Service) -> Bool = { $0.isAnnounced },
        onStatus: @escaping @Sendable (BackendStatus) -> Void = { _ in }
    ) {
        self.url = url
        self.feed = feed
        self.filter = filter
        self.settings = settings
        self.environment = environment
        self.clock = clock
        self.logger = logger
        self.registry = registry
        self.onStatus = onStatus
    }

    /// For the log of the services' beginnings and ends.
    public var description: String { "BackendService(\(url))" }

    /// Returns at a graceful shutdown, or when the task is cancelled.
    public func run() async throws { await run(on: clock) }

    private func run<C: Clock<Duration>>(on clock: C) async {
        let registry =
            registry
            ?? RegistryFactory(settings: settings, environment: environment, logger: logger)
            .registry(for: url, node: feed.snapshot.ownNode)
        let loop = BackendLoop(
            url: url.text, feed: feed, filter: filter, settings: settings, clock: clock, logger: logger,
            onStatus: onStatus)
        let first = loop.start()
        var state = await cancelWhenGracefulShutdown {
            var state = first
            await loop.run(&state, in: registry)
            return state
        }
        // A cancelled task is an end in a hurry; a graceful one leaves the time to tidy up.
        if settings.deregistersAtEnd && !Task.isCancelled { await loop.clear(&state, in: registry) }
        await registry.close()
    }
}
