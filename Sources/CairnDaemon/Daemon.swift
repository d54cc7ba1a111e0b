import CairnCore
public import CairnDeploy
public import Logging
import ServiceLifecycle
import UnixSignals

/// What has to happen between commands. It serves nothing itself: when it dies, apps are served and pushes deploy, and what
/// it missed is reconciled when it returns.
public struct Daemon: Sendable {
    private let platform: Platform
    private let environment: [String: String]
    private let logger: Logger

    /// - Parameters:
    ///   - platform: Its `actor` is who the timeline names.
    ///   - environment: Variables that backends of discovery read, such as `CONSUL_HTTP_TOKEN`.
    public init(platform: Platform, environment: [String: String] = [:], logger: Logger) {
        self.platform = platform
        self.environment = environment
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT, which end it in order.
    ///
    /// - Throws: `E-DAEMON-RUNNING` when another one serves this state root, `E-IO` when the socket cannot be made.
    public func run() async throws {
        let lock = try DaemonLock(path: platform.settings.root + "/locks/daemon.lock")
        defer { lock.release() }
        let pokes = Pokes()
        let firstLook = FirstLook()
        let keeper = try CatalogKeeper(store: platform.store, pokes: pokes, logger: logger)
        let services: [any ServiceLifecycle.Service] = [
            try BellService(path: platform.settings.daemonSocket, pokes: pokes, logger: logger),
            RetirementService(work: Retirement(platform: platform), pokes: pokes, logger: logger),
            RetirementService(
                work: PluginSchedule(platform: platform, logger: logger), pokes: pokes, logger: logger),
            CronService(platform: platform, logger: logger),
            keeper,
            EventFollower(platform: platform, pokes: pokes, logger: logger, firstLook: firstLook),
            RegistratorService(
                platform: platform, keeper: keeper, pokes: pokes, logger: logger, firstLook: firstLook),
            CheckResults(platform: platform, keeper: keeper, logger: logger).runner(),
            DiscoveryServers(
                platform: platform, keeper: keeper, pokes: pokes, environment: environment, logger: logger,
                firstLook: firstLook),
            ProgramMemoryService(logger: logger),
        ]
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // What is under way is taken up again by the next start; nobody has to wait for it.
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        logger.info("The daemon serves \(platform.settings.root)")
        try await ServiceGroup(configuration: configuration).run()
        logger.info("The daemon has ended")
    }
}
