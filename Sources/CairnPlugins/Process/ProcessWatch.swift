import CairnCore
import Glibc

/// The pipes between this process and a plugin's program, and the waiting on them. Nothing in it polls: it sleeps in
/// poll(2) until something happens or a time is over.
struct ProcessWatch {
    /// The shell's number of the pipe that only it holds.
    static let shellDescriptor: Int32 = 9
    /// The descendants' number of the pipe that they all hold.
    private static let familyDescriptor: Int32 = 8
    /// How long a program that was asked to end may take, and how long killed ones may take to disappear.
    private static let grace = Duration.seconds(2)
    private static let disappearance = Duration.milliseconds(50)

    private let wake: Int32
    private var output: Pipe
    private var error: Pipe
    private var shell: Pipe
    private var family: Pipe

    init(wake: Int32) throws(CairnError) {
        self.wake = wake
        output = try Pipe()
        error = try Pipe()
        shell = try Pipe()
        family = try Pipe()
    }

    /// What the shell is handed.
    var descriptors: Spawn.Descriptors {
        [
            (output.write, 1), (error.write, 2), (family.write, Self.familyDescriptor),
            (shell.write, Self.shellDescriptor),
        ]
    }

    /// The program has its ends now.
    mutating func started() {
        output.closeWrite()
        error.closeWrite()
        shell.closeWrite()
        family.closeWrite()
    }

    mutating func close() {
        output.close()
        error.close()
        shell.close()
        family.close()
    }

    /// Passes output on until the shell has ended.
    ///
    /// - Returns: What else ended the waiting; nil when the shell has ended.
    func follow(until deadline: ContinuousClock.Instant?, into sink: inout PluginOutput) -> ProcessEnding? {
        var entries = [shell.read, wake, output.read, error.read].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        while true {
            let count = poll(&entries, nfds_t(entries.count), Self.milliseconds(until: deadline))
            if count < 0 && errno != EINTR { return .cancelled }
            if let deadline, ContinuousClock.now >= deadline { return .timedOut }
            if count <= 0 { continue }
            if entries[1].revents != 0 { return .cancelled }
            for (index, stream) in [(2, PluginOutput.Stream.output), (3, .error)] where entries[index].revents != 0 {
                switch Self.read(entries[index].fd, stream, into: &sink) {
                case .more: break
                case .end: entries[index].fd = -1
                case .tooMuch: return .tooMuchOutput
                }
            }
            // Nothing is ever written to it: an event is its end.
            if entries[0].revents != 0 { return nil }
        }
    }

    /// Lets a program that has to end tidy up for a moment.
    func askToEnd(_ process: pid_t, into sink: inout PluginOutput) {
        kill(-process, SIGTERM)
        let watch = Self(wake: -1, output: output, error: error, shell: shell, family: family)
        _ = watch.follow(until: .now + Self.grace, into: &sink)
    }

    /// Kills the process group, whose first process has not been waited for yet, so that its number is still its own.
    ///
    /// - Returns: The status of the first process.
    func endAll(_ process: pid_t) -> Int32 {
        // Where the shell was killed by its own child, the child lives on in the group.
        var status: Int32 = 0
        var information = siginfo_t()
        if Self.hasEvent(shell.read, within: .zero) {
            while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        }
        kill(-process, SIGKILL)
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        return status
    }

    /// Whether no descendant is left. Those that have left the process group are found by what they carry in their
    /// environment, and killed. One that has left the group and cleared its environment means to stay, and may.
    func allHaveEnded(marker: String) -> Bool {
        if Self.hasEvent(family.read, within: Self.disappearance) { return true }
        for _ in 0..<8 {
            let left = ProcessTable.carrying(marker)
            if left.isEmpty { return true }
            for process in left { kill(process, SIGKILL) }
            if Self.hasEvent(family.read, within: Self.disappearance * 4) { return true }
        }
        return false
    }

    /// Takes what is still in the pipes, without waiting for more.
    ///
    /// - Returns: False when the answer has become too long.
    func drain(into sink: inout PluginOutput) -> Bool {
        for (pipe, stream) in [(output, PluginOutput.Stream.output), (error, .error)] {
            // A pipe holds 64 KiB; no more than that can have been left by those that are gone.
            for _ in 0..<16 {
                guard Self.hasEvent(pipe.read, within: .zero) else { break }
                let state = Self.read(pipe.read, stream, into: &sink)
                if state == .tooMuch { return false }
                if state == .end { break }
            }
        }
        return true
    }

    private init(wake: Int32, output: Pipe, error: Pipe, shell: Pipe, family: Pipe) {
        self.wake = wake
        self.output = output
        self.error = error
        self.shell = shell
        self.family = family
    }

    private enum ReadState { case more, end, tooMuch }

    private static func read(
        _ descriptor: Int32, _ stream: PluginOutput.Stream, into sink: inout PluginOutput
    ) -> ReadState {
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        let count = Glibc.read(descriptor, &chunk, chunk.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .more : .end }
        if count == 0 { return .end }
        return sink.take(chunk[..<count], from: stream) ? .more : .tooMuch
    }

    private static func hasEvent(_ descriptor: Int32, within time: Duration) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let deadline = ContinuousClock.now + time
        while true {
            let count = poll(&entry, 1, milliseconds(until: deadline))
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }

    /// Rounded up, so that a wait never ends just before its time; -1, for ever, without one.
    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let (seconds, attoseconds) = max(.zero, deadline - ContinuousClock.now).components
        return Int32(min(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000, 1 << 30))
    }
}
