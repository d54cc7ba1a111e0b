public import CairnCore

/// A command that a plugin wants run at fixed times: a line of what it answers to `cron-entries`.
public struct ScheduledCommand: Sendable, Equatable {
    public let schedule: CronSchedule
    /// For `/bin/sh`, as in a crontab: it is the plugin's own program.
    public let command: String
    /// The file that its output is appended to; nil for Cairn's own.
    public let log: String?

    /// `SCHEDULE;COMMAND[;LOG]`
    ///
    /// - Throws: `E-INVALID-VALUE` saying what is wrong with the line.
    public init(parsing line: String) throws(CairnError) {
        let parts = line.split(separator: ";", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, !parts[1].allSatisfy(\.isWhitespace),
            !line.unicodeScalars.contains(where: Self.isControl)
        else { throw Self.error(line, "it is not SCHEDULE;COMMAND or SCHEDULE;COMMAND;LOG") }
        schedule = try CronSchedule(parsing: parts[0])
        command = parts[1]
        log = parts.count > 2 && !parts[2].isEmpty ? parts[2] : nil
        if let log, !log.hasPrefix("/") { throw Self.error(line, "the log is not an absolute path") }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || scalar.value == 0x7f }

    private static func error(_ line: String, _ reason: String) -> CairnError {
        CairnError(
            .invalidValue, "'\(line.excerpt())' is no scheduled command: \(reason)",
            hint: "A plugin that implements cron-entries answered so.")
    }
}
