/// The engine's word for what a container is doing.
public enum ContainerStatus: String, Sendable, Hashable, Codable {
    /// Made, never started.
    case created
    /// Its process runs.
    case running
    /// Its processes are frozen.
    case paused
    /// It ended and waits to be started again by its restart policy.
    case restarting
    /// It is being removed.
    case removing
    /// Its process ended.
    case exited
    /// The engine failed to remove it.
    case dead
    /// A word this client does not know.
    case unknown

    /// Reads a word; unknown ones are ``unknown``.
    public init(from decoder: any Decoder) throws {
        self = ContainerStatus(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .unknown
    }
}

/// What a container is doing, or how it ended.
public struct ContainerState: Sendable, Equatable {
    /// The engine's word for it.
    public var status: ContainerStatus
    /// Its process runs. Also true while it is paused, and on its way between restarts.
    public var running: Bool
    /// It waits to be started again by its restart policy.
    public var restarting: Bool
    /// The exit status of the last run, 128 + n after signal n; 0 before the first end.
    public var exitCode: Int
    /// The kernel ended a process of it because its memory limit was reached.
    public var oomKilled: Bool
    /// When it last started; nil for never.
    public var startedAt: EngineTimestamp?
    /// When it last ended; nil for never.
    public var finishedAt: EngineTimestamp?
    /// Why the engine could not start it; empty otherwise.
    public var error: String
    /// The host's process id of its first process; 0 when it does not run.
    public var pid: Int
    /// The result of the engine's own checks, if it has any.
    public var health: Health?

    /// The result of the engine's own checks.
    public struct Health: Sendable, Equatable {
        /// `starting`, `healthy`, `unhealthy` or `none`.
        public var status: String
        /// How many checks failed in a row.
        public var failingStreak: Int
        /// The last few checks, oldest first.
        public var log: [Probe]
    }

    /// One check the engine made.
    public struct Probe: Sendable, Equatable {
        /// When it began.
        public var start: EngineTimestamp?
        /// 0 for healthy.
        public var exitCode: Int
        /// What it printed, cut by the engine.
        public var output: String
    }
}

extension ContainerState: Decodable {
    private enum CodingKeys: String, CodingKey {
        case status = "Status", running = "Running", restarting = "Restarting", exitCode = "ExitCode"
        case oomKilled = "OOMKilled", startedAt = "StartedAt", finishedAt = "FinishedAt", error = "Error", pid = "Pid"
        case health = "Health"
    }

    /// Reads the engine's `State`; anything may be missing.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        status = try values.value(.status, default: .unknown)
        running = try values.value(.running, default: false)
        restarting = try values.value(.restarting, default: false)
        exitCode = try values.value(.exitCode, default: 0)
        oomKilled = try values.value(.oomKilled, default: false)
        startedAt = try values.timestamp(.startedAt)
        finishedAt = try values.timestamp(.finishedAt)
        error = try values.value(.error, default: "")
        pid = try values.value(.pid, default: 0)
        health = try values.decodeIfPresent(Health.self, forKey: .health)
    }
}

extension ContainerState.Health: Decodable {
    private enum CodingKeys: String, CodingKey {
        case status = "Status", failingStreak = "FailingStreak", log = "Log"
    }

    /// Reads the engine's `Health`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        status = try values.value(.status, default: "none")
        failingStreak = try values.value(.failingStreak, default: 0)
        log = try values.value(.log, default: [])
    }
}

extension ContainerState.Probe: Decodable {
    private enum CodingKeys: String, CodingKey {
        case start = "Start", exitCode = "ExitCode", output = "Output"
    }

    /// Reads the engine's `HealthcheckResult`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        start = try values.timestamp(.start)
        exitCode = try values.value(.exitCode, default: 0)
        output = try values.value(.output, default: "")
    }
}
