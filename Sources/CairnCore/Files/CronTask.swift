/// A command that an app wants run at certain times, from `cron` in app.json.
public struct CronTask: Codable, Sendable, Equatable {
    /// What happens when a run is due while the one before still works.
    public enum Concurrency: String, Codable, Sendable, CaseIterable {
        /// Both run.
        case allow
        /// The new one is dropped.
        case forbid
        /// The old one is stopped.
        case replace
    }

    /// Words, quotes and variables; no operators of a shell.
    public let command: String
    /// When it runs.
    public let schedule: CronSchedule
    /// Not run by the schedule, only by hand.
    public let isSuspended: Bool
    /// What happens when it is still running then.
    public let concurrency: Concurrency

    /// Tasks of one app at most.
    public static let maximumPerApp = 100

    /// - Throws: `E-INVALID-VALUE` when the command is not a single one.
    public init(
        command: String, schedule: CronSchedule, isSuspended: Bool = false, concurrency: Concurrency = .allow
    ) throws(CairnError) {
        let hint = "Put the line into a script of the app, or write \"sh -c '…'\"."
        guard !command.unicodeScalars.contains(where: \.isHidden), command.utf8.count <= 4096 else {
            throw CairnError(.invalidValue, "a cron command is one line of at most 4096 bytes", hint: hint)
        }
        var reader = CommandReader(command, environment: [:])
        try reader.read()
        guard !reader.words.isEmpty else { throw CairnError(.invalidValue, "the cron command is empty", hint: hint) }
        if let shellOperator = reader.firstOperator {
            throw CairnError(
                .invalidValue, "the cron command holds '\(shellOperator)', which only a shell understands", hint: hint)
        }
        self.command = command.trimmingBlanks
        self.schedule = schedule
        self.isSuspended = isSuspended
        self.concurrency = concurrency
    }

    /// The name of the task in `cron:list` and `cron:run`: `app===command===schedule` as one number in base 36, so that
    /// it stays the same from deploy to deploy.
    public func id(app: AppName) -> String {
        Base36.encode(bytes: Array("\(app)===\(command)===\(schedule)".utf8))
    }
}

extension CronTask {
    /// Reads one entry of `cron`.
    init(_ node: JSONNode, notices: inout [String]) throws(CairnError) {
        notices += try node.notices(known: ["command", "schedule", "maintenance", "concurrency_policy"])
        guard let command = try node.member("command") else { throw node.problem("has no \"command\"") }
        guard let schedule = try node.member("schedule") else { throw node.problem("has no \"schedule\"") }
        let commandText = try command.string()
        let scheduleText = try schedule.string()
        let times = try schedule.checked { () throws(CairnError) in try CronSchedule(parsing: scheduleText) }
        let isSuspended = try node.member("maintenance")?.flag() ?? false
        var concurrency = Concurrency.allow
        if let member = try node.member("concurrency_policy") {
            guard let known = Concurrency(rawValue: try member.string()) else {
                throw member.error("\"allow\", \"forbid\" or \"replace\"")
            }
            concurrency = known
        }
        self = try command.checked { () throws(CairnError) in
            try CronTask(command: commandText, schedule: times, isSuspended: isSuspended, concurrency: concurrency)
        }
    }
}
