import CairnCore
public import CairnDeploy
public import Logging
import ServiceLifecycle
import UnixSignals

/// What has to happen between commands. It serves nothing itself: when it dies, apps are served and pushes deploy, and what
/// it missed is reconciled when it returns.
public struct Daemon: Sendable {
    private let platform: Platform
    private let logger: Logger

    /// The platform's `actor` is who the timeline names.
    public init(platform: Platform, logger: Logger) {
        self.platform = platform
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT, which end it in order.
    ///
    /// - Throws: `E-DAEMON-RUNNING` when another one serves this state root, `E-IO` when the socket cannot be made.
    public func run() async throws {
        let lock = try DaemonLock(path: platform.settings.root + "/locks/daemon.lock")
        defer { lock.release() }
        let pokes = Pokes()
        let services: [any ServiceLifecycle.Service] = [
            try BellService(path: platform.settings.daemonSocket, pokes: pokes, logger: logger),
            RetirementService(work: Retirement(platform: platform), pokes: pokes, logger: logger),
            RetirementService(
                work: PluginSchedule(platform: platform, logger: logger), pokes: pokes, logger: logger),
            CronService(platform: platform, logger: logger),
            EventFollower(platform: platform, pokes: pokes, logger: logger),
            LivenessService(watched: PlatformLiveness(platform: platform), pokes: pokes, logger: logger),
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
