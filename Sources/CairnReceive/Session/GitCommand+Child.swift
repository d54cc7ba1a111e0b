public import CairnCore
import Glibc

extension GitCommand {
    /// Runs git as a child process that has this process's input and outputs, for when there is something to do after it.
    ///
    /// - Returns: Its exit status, as a shell gives it.
    /// - Throws: `E-GIT` when there is no git, or it cannot be started.
    public func runAsChild() throws(CairnError) -> Int32 {
        guard let program = Self.find("git", in: environment["PATH"] ?? "") else { throw Self.missing }
        let arguments = (["git"] + self.arguments).map { strdup($0) } + [nil]
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // git expects the usual meaning of signals that this process may have changed.
        var usual = sigset_t()
        sigemptyset(&usual)
        posix_spawnattr_setsigmask(&attributes, &usual)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&usual, number) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var pid = pid_t()
        let failure = posix_spawn(&pid, program, nil, &attributes, arguments, variables)
        guard failure == 0 else {
            throw CairnError(
                .git, "git cannot be started: \(String(cString: strerror(failure)))",
                hint: "Check \(program) on this host.")
        }
        return Self.wait(for: pid)
    }

    private static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        // wait(2): the low seven bits are the signal that ended it, the next byte its status.
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }
}
