import CairnCore
// Sources of signals are thread-safe, but not marked so.
@preconcurrency import Dispatch
import Glibc

/// A program that runs in place of this one: with its terminal, its descriptors and its signals.
final class ChildProcess: Sendable {
    /// Signals that are passed on. Those of a terminal reach the program by themselves, as it is in the same group.
    private static let passedOn = [SIGTERM, SIGHUP, SIGUSR1, SIGUSR2]
    private static let terminal = [SIGINT, SIGQUIT]

    let processID: pid_t
    private let sources: [any DispatchSourceSignal]

    /// Starts the program, found in PATH as a shell finds it.
    ///
    /// - Throws: `E-IO` when it cannot be started.
    init(_ command: [String]) throws(CairnError) {
        let passed = Self.passedOn + (isatty(STDIN_FILENO) == 1 ? [] : Self.terminal)
        // From before the start, so that none is lost between the two.
        for signal in Self.passedOn + Self.terminal { Glibc.signal(signal, SIG_IGN) }
        let id = try Self.start(command)
        processID = id
        sources = passed.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { kill(id, number) }
            source.activate()
            return source
        }
    }

    /// Waits for the program's end.
    ///
    /// - Returns: Its exit status, 128 + n after signal n.
    func exitStatus() async -> Int32 {
        await withCheckedContinuation { continuation in
            // Waiting blocks, so it gets a thread of its own.
            DispatchQueue(label: "cairn.exec").async { [processID] in
                var status: Int32 = 0
                while waitpid(processID, &status, 0) < 0 && errno == EINTR {}
                let signal = status & 0x7f
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xff : 128 + signal)
            }
        }
    }

    private static func start(_ command: [String]) throws(CairnError) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What is ignored here must not be ignored there.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in passedOn + terminal { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var id = pid_t()
        let code = posix_spawnp(&id, command[0], nil, &attributes, arguments, environ)
        guard code == 0 else {
            throw CairnError(
                .io, "\(command[0].excerpt()) cannot be started: \(String(cString: strerror(code)))",
                hint: "Check its name, and whether it may be executed.")
        }
        return id
    }
}
