import ArgumentParser
import CairnCore
import CairnDaemon
import CairnDeploy
import Glibc
import Logging

struct DaemonCommand: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "daemon", "Do what has to be done between commands, until SIGTERM; run by the service manager.",
        discussion: """
            Stops replaced containers when their time is up, follows the engine's events into the catalog and nginx, makes \
            health checks, answers DNS and HTTP about services, and reconciles every app at its start. Apps are served and \
            pushes deploy without it too. Logs go to standard error.
            """)
    static let takesApp = false
    static let access = CommandAccess.local

    func run(in context: CommandContext) async throws {
        Self.raiseFileLimit()
        var logger = Logger(label: "cairn.daemon") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = context.environment["CAIRN_LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? .info
        let platform = Platform(
            settings: context.settings, store: try context.store(), actor: "daemon", caller: context.caller,
            environment: context.environment)
        try await Daemon(platform: platform, environment: context.environment, logger: logger).run()
    }

    /// Everybody who waits for a change of the catalog holds a descriptor; the usual soft limit is for programs that use
    /// select(2).
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
