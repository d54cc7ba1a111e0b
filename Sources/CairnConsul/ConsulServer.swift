public import CairnCatalog
public import CairnStore
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// Serves the catalog over HTTP in the shapes of Consul's API, https://developer.hashicorp.com/consul/api-docs, so that
/// clients made for it can be used unchanged.
///
/// A listener whose address cannot be had is tried again for as long as the server runs: the others serve meanwhile.
public struct ConsulServer: ServiceLifecycle.Service {
    private let directory: Directory
    private let onStatus: @Sendable (ConsulStatus) -> Void
    private let logger: Logger

    /// The pauses between tries to have an address.
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(60)

    /// - Parameters:
    ///   - feed: What is answered from, and waited on.
    ///   - isReserved: Whether a name of a service belongs to one of Cairn's apps: nobody else may register it.
    ///   - refresh: Called after each write to the store's catalog. When it returns, the feed has to have what was
    ///     written, since the client that wrote it is told so then.
    ///   - onStatus: Is told whenever a listener begins to serve, or cannot.
    public init(
        settings: ConsulSettings, store: Store, feed: CatalogFeed, isReserved: @escaping @Sendable (String) -> Bool,
        refresh: @escaping @Sendable () async throws -> Void,
        onStatus: @escaping @Sendable (ConsulStatus) -> Void = { _ in }, logger: Logger
    ) {
        self.init(
            settings: settings, store: store, feed: feed, isReserved: isReserved, refresh: refresh, onStatus: onStatus,
            onWaiters: { _ in }, logger: logger)
    }

    /// - Parameter onWaiters: Is told how many requests wait whenever that changes.
    init(
        settings: ConsulSettings, store: Store, feed: CatalogFeed, isReserved: @escaping @Sendable (String) -> Bool,
        refresh: @escaping @Sendable () async throws -> Void, onStatus: @escaping @Sendable (ConsulStatus) -> Void,
        onWaiters: @escaping @Sendable (Int) -> Void, logger: Logger
    ) {
        directory = Directory(
            settings: settings, store: store, feed: feed, isReserved: isReserved, refresh: refresh,
            onWaiters: onWaiters, logger: logger)
        self.onStatus = onStatus
        self.logger = logger
    }

    /// Serves until it is cancelled or the program ends gracefully; requests that wait are answered then.
    public func run() async throws {
        try directory.publishPairs()
        await withDiscardingTaskGroup { group in
            for listener in directory.settings.listeners {
                group.addTask { await serve(listener) }
            }
        }
    }

    private func serve(_ listener: ConsulSettings.Listener) async {
        var pause = Self.firstPause
        while !Task.isCancelled && !Task.isShuttingDownGracefully {
            do {
                try await application(listener).run()
                return
            } catch is CancellationError {
                return
            } catch {
                onStatus(.waiting(listener, reason: "\(error)"))
                logger.warning(
                    "cannot listen for HTTP, will try again",
                    metadata: ["host": "\(listener.host)", "port": "\(listener.port)", "error": "\(error)"])
            }
            let isOver = await cancelWhenGracefulShutdown { [pause] in
                (try? await ContinuousClock().sleep(for: pause)) == nil
            }
            if isOver { return }
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// The program of one listener.
    func application(_ listener: ConsulSettings.Listener) -> Application<ConsulResponder> {
        let departures = directory.departures
        let gate = Gate(listener: listener, settings: directory.settings, ownNode: directory.feed.snapshot.ownNode)
        var quiet = logger
        // The library tells of every start and end; the caller is told by `onStatus`.
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: ConsulResponder(directory: directory, gate: gate),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [DepartureHandler(departures)], idleTimeout: .seconds(120),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 32 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname(listener.host, port: listener.port),
                availableConnectionsDelegate: .maximum(directory.settings.maximumConnections, logger: quiet)),
            onServerRunning: { [onStatus] channel in
                onStatus(.listening(listener, port: channel.localAddress?.port ?? listener.port))
            },
            logger: quiet)
    }
}
