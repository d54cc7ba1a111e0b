import Foundation
public import Glibc
import Synchronization

/// A program that runs beside the test, such as a push that is to be interrupted. It leads a process group of its own, so
/// that its children can be ended together with it.
public final class BackgroundProcess: Sendable {
    /// The process that was started, and the group that it leads.
    public let processID: pid_t
    private let command: String
    private let log: String
    private let hasEnded: Ended
    private let end: Task<Int32, Never>

    /// Starts it, with nothing on standard input.
    ///
    /// - Parameters:
    ///   - environment: All that it sees.
    ///   - log: A new file for both outputs.
    init(_ program: String, _ arguments: [String], environment: [String: String], log: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // From spawn.h: POSIX_SPAWN_SETPGROUP; 0 stands for a new group.
        var attributes = CleanSignals.attributes(flags: 0x02)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { envp.forEach { free($0) } }
        var child = pid_t()
        guard posix_spawn(&child, program, &actions, &attributes, &argv, &envp) == 0 else {
            throw TestHostError("\(program) cannot be started")
        }
        let started = child
        let ended = Ended()
        processID = started
        command = ([program] + arguments).joined(separator: " ")
        self.log = log
        hasEnded = ended
        end = Task { await Self.status(of: started, ended) }
    }

    /// A test that fails before it ends the program leaves nothing behind.
    deinit { kill() }

    /// What it has written so far, both outputs together.
    public var output: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// Whether it is still there.
    public var isRunning: Bool { !hasEnded.flag.withLock { $0 } }

    /// Waits for its end.
    public func outcome() async -> Outcome {
        let status = await end.value
        return Outcome(command: command, status: status, output: output, error: "")
    }

    /// Ends it and all that it started.
    ///
    /// - Parameter leaderOnly: leaves its children alone.
    public func kill(by signal: Int32 = SIGKILL, leaderOnly: Bool = false) {
        hasEnded.flag.withLock { hasEnded in
            // Until it has been waited for, its number belongs to it.
            if !hasEnded { _ = Glibc.kill(leaderOnly ? processID : -processID, signal) }
        }
    }

    private final class Ended: Sendable {
        let flag = Mutex(false)
    }

    /// waitpid(2) blocks its thread, so it gets one of its own. The first call leaves the process waitable, so that its
    /// number cannot be another's before the flag says that it has ended.
    private static func status(of child: pid_t, _ ended: Ended) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var information = siginfo_t()
                while waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
                var status: Int32 = 0
                ended.flag.withLock { flag in
                    waitpid(child, &status, 0)
                    flag = true
                }
                let signal = status & 0x7f
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xff : 128 + signal)
            }
        }
    }
}

extension TestHost {
    /// Starts `cairn` beside the test.
    public func cairnInBackground(_ arguments: String...) throws -> BackgroundProcess {
        try inBackground(executable, arguments, environment: ["CAIRN_ROOT": root])
    }

    func inBackground(_ program: String, _ arguments: [String], environment: [String: String]) throws
        -> BackgroundProcess
    {
        let variables = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8"]
        return try BackgroundProcess(
            program, arguments, environment: variables.merging(environment) { $1 },
            log: "\(home)/background-\(UInt32.random(in: 0...UInt32.max)).log")
    }
}

extension SampleApp {
    /// Starts a push of main beside the test.
    public func pushInBackground(_ options: String..., ref: String = "main", key: String = "id_ed25519") throws
        -> BackgroundProcess
    {
        try host.inBackground(
            "/usr/bin/git", ["-C", directory, "push"] + options + ["cairn", ref],
            environment: host.gitEnvironment.merging(host.gitSSHCommand(key: key)) { $1 })
    }
}
