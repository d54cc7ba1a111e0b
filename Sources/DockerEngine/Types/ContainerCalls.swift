/// What of a running container can be changed (`POST /containers/{id}/update`); nil leaves a value as it is.
public struct ContainerUpdate: Sendable, Equatable, Encodable {
    /// When the engine starts it again by itself.
    public var restartPolicy: HostConfig.RestartPolicy?
    /// Memory limit in bytes.
    public var memory: Int?
    /// Memory and swap limit in bytes; -1 for unlimited swap.
    public var memorySwap: Int?
    /// Memory in bytes kept for it when memory is short.
    public var memoryReservation: Int?
    /// CPU limit in billionths of a CPU.
    public var nanoCPUs: Int?
    /// The greatest number of processes and threads.
    public var pidsLimit: Int?

    /// Makes a change.
    public init(
        restartPolicy: HostConfig.RestartPolicy? = nil, memory: Int? = nil, memorySwap: Int? = nil,
        memoryReservation: Int? = nil, nanoCPUs: Int? = nil, pidsLimit: Int? = nil
    ) {
        self.restartPolicy = restartPolicy
        self.memory = memory
        self.memorySwap = memorySwap
        self.memoryReservation = memoryReservation
        self.nanoCPUs = nanoCPUs
        self.pidsLimit = pidsLimit
    }

    private enum CodingKeys: String, CodingKey {
        case restartPolicy = "RestartPolicy", memory = "Memory", memorySwap = "MemorySwap"
        case memoryReservation = "MemoryReservation", nanoCPUs = "NanoCpus", pidsLimit = "PidsLimit"
    }
}

/// The moment a wait is for.
public enum WaitCondition: String, Sendable, Hashable {
    /// The container does not run; at once if it does not run now.
    case notRunning = "not-running"
    /// It ends the next time, also when it was not started yet.
    case nextExit = "next-exit"
    /// It is removed.
    case removed
}

/// The processes of a container (`GET /containers/{id}/top`).
public struct ContainerTop: Sendable, Equatable, Decodable {
    /// The column heads of `ps`.
    public let titles: [String]
    /// One row per process.
    public let processes: [[String]]

    private enum CodingKeys: String, CodingKey {
        case titles = "Titles", processes = "Processes"
    }

    /// Reads the answer; a container whose processes are gone has null rows.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        titles = try values.value(.titles, default: [])
        processes = try values.value(.processes, default: [])
    }
}

/// Which part of a container's output to read.
public struct LogOptions: Sendable, Equatable {
    /// Include standard output.
    public var stdout: Bool
    /// Include standard error.
    public var stderr: Bool
    /// Go on with what is written from now on, until the container ends.
    public var follow: Bool
    /// Only so many of the last lines; nil for all.
    public var tail: Int?
    /// Only what was written at or after this moment.
    public var since: EngineTimestamp?
    /// Only what was written before this moment.
    public var until: EngineTimestamp?
    /// Put the time, RFC 3339 with nanoseconds, and a space before each line.
    public var timestamps: Bool

    /// Makes options; by default everything that was written so far.
    public init(
        stdout: Bool = true, stderr: Bool = true, follow: Bool = false, tail: Int? = nil,
        since: EngineTimestamp? = nil, until: EngineTimestamp? = nil, timestamps: Bool = false
    ) {
        self.stdout = stdout
        self.stderr = stderr
        self.follow = follow
        self.tail = tail
        self.since = since
        self.until = until
        self.timestamps = timestamps
    }
}

/// A command to run inside a running container.
public struct ExecSpec: Sendable, Equatable, Encodable {
    /// The program and its arguments; no shell is involved.
    public var cmd: [String]
    /// Variables in the form `NAME=value`, added to the container's.
    public var env: [String]
    /// Give it a terminal.
    public var tty: Bool
    /// The user; nil for the container's.
    public var user: String?
    /// The directory it starts in; nil for the container's.
    public var workingDir: String?
    /// Connect its standard input.
    public var attachStdin: Bool

    /// Makes a command; standard output and error are always connected.
    public init(
        cmd: [String], env: [String] = [], tty: Bool = false, user: String? = nil, workingDir: String? = nil,
        attachStdin: Bool = false
    ) {
        self.cmd = cmd
        self.env = env
        self.tty = tty
        self.user = user
        self.workingDir = workingDir
        self.attachStdin = attachStdin
    }

    private enum CodingKeys: String, CodingKey {
        case cmd = "Cmd", env = "Env", tty = "Tty", user = "User", workingDir = "WorkingDir"
        case attachStdin = "AttachStdin", attachStdout = "AttachStdout", attachStderr = "AttachStderr"
    }

    /// Writes the body of `POST /containers/{id}/exec`.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(cmd, forKey: .cmd)
        try values.encodeNonEmpty(env, forKey: .env)
        try values.encode(tty, forKey: .tty)
        try values.encodeIfPresent(user, forKey: .user)
        try values.encodeIfPresent(workingDir, forKey: .workingDir)
        try values.encode(attachStdin, forKey: .attachStdin)
        try values.encode(true, forKey: .attachStdout)
        try values.encode(true, forKey: .attachStderr)
    }
}

/// What became of an exec (`GET /exec/{id}/json`).
public struct ExecInspect: Sendable, Equatable, Decodable {
    /// Whether its process runs.
    public let running: Bool
    /// Its exit status; nil while it runs or before it started.
    public let exitCode: Int?
    /// The host's process id; 0 when there is none.
    public let pid: Int
    /// The container's id.
    public let containerID: String

    private enum CodingKeys: String, CodingKey {
        case running = "Running", exitCode = "ExitCode", pid = "Pid", containerID = "ContainerID"
    }

    /// Reads the answer.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        running = try values.value(.running, default: false)
        exitCode = try values.decodeIfPresent(Int.self, forKey: .exitCode)
        pid = try values.value(.pid, default: 0)
        containerID = try values.value(.containerID, default: "")
    }
}
