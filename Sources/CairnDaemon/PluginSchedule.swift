import CairnCore
import CairnDeploy
import CairnPlugins
import Foundation
import Glibc
import Logging
import Synchronization

/// Starts the commands that plugins want run at fixed times. As with cron(8), each is looked at once in a minute, in the
/// host's time, and what was due while nobody looked is left out.
final class PluginSchedule: DueWork {
    private let platform: Platform
    private let logger: Logger
    /// The minute that was looked at last, counted from 1970.
    private let seen = Mutex(PluginSchedule.minute())

    init(platform: Platform, logger: Logger) {
        self.platform = platform
        self.logger = logger
    }

    func doDue() async throws -> Date? {
        guard platform.triggers.isImplemented(.cronEntries) else { return nil }
        let minute = Self.minute()
        let isNew = seen.withLock { seen in
            defer { seen = minute }
            return seen != minute
        }
        if isNew {
            for command in try await commands() where Self.isDue(command.schedule, at: minute) { start(command) }
        }
        return Date(timeIntervalSince1970: Double((minute + 1) * 60))
    }

    private static func minute() -> Int { Int(Date().timeIntervalSince1970) / 60 }

    /// Plugins are asked each time, so that what they answer now is what counts.
    private func commands() async throws -> [ScheduledCommand] {
        let answer = try await platform.triggers.ask(.cronEntries, "docker-local")
        return answer.split(whereSeparator: \.isNewline).compactMap { line in
            do { return try ScheduledCommand(parsing: String(line)) } catch {
                logger.warning("A plugin's scheduled command is left out", metadata: ["error": "\(error)"])
                return nil
            }
        }
    }

    static func isDue(_ schedule: CronSchedule, at minute: Int) -> Bool {
        var time = time_t(minute * 60)
        var parts = tm()
        localtime_r(&time, &parts)
        return schedule.matches(
            minute: Int(parts.tm_min), hour: Int(parts.tm_hour), day: Int(parts.tm_mday), month: Int(parts.tm_mon) + 1,
            weekday: Int(parts.tm_wday))
    }

    /// The shell leaves the command to itself and ends at once, so that nobody has to wait for it.
    private func start(_ command: ScheduledCommand) {
        let settings = platform.settings
        let own = settings.root + "/logs/scheduled.log"
        let log = command.log.flatMap { access($0, W_OK) == 0 || Self.canMake($0) ? $0 : nil } ?? own
        let environment = [
            "PATH": "\(settings.shim)/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": settings.root, "CAIRN_ROOT": settings.root, "CAIRN_EXECUTABLE": settings.executable,
        ]
        do {
            let shell = try DetachedProcess.start(
                executable: "/bin/sh", arguments: ["-c", "/bin/sh -c \"$1\" &", "cairn-scheduled", command.command],
                environment: environment, output: log)
            waitpid(shell, nil, 0)
            logger.info("Started a scheduled command", metadata: ["command": "\(command.command)"])
        } catch {
            logger.warning("A scheduled command cannot be started", metadata: ["error": "\(error)"])
        }
    }

    private static func canMake(_ path: String) -> Bool {
        guard access(path, F_OK) != 0, let slash = path.lastIndex(of: "/") else { return false }
        return access(String(path[..<slash]), W_OK) == 0
    }
}
