import CairnCore
import Glibc

/// What a program is started with.
struct ProgramCall: Sendable {
    /// An absolute path.
    var program: String
    var arguments: [String]
    /// All that the program sees of an environment.
    var environment: [String: String]
    /// Where it starts.
    var directory: String
}

/// Starts programs through posix_spawn(3).
enum Spawn {
    /// Which descriptor of this process becomes which of the program's. All others are closed in it.
    typealias Descriptors = [(own: Int32, theirs: Int32)]

    /// The highest number a program may find open.
    static let lastDescriptor: Int32 = 9

    /// Starts a program with no signal blocked or ignored.
    ///
    /// - Parameters:
    ///   - vector: All words, the program's path first. It starts in this process's directory.
    ///   - descriptors: Those of this process have numbers above `lastDescriptor`, or are not changed.
    ///   - ownSession: Whether it begins a session, and so a process group, of its own (setsid(2)).
    /// - Returns: The process's id.
    /// - Throws: `E-IO` with the system's reason.
    static func start(
        _ vector: [String], environment: [String: String], descriptors: Descriptors, ownSession: Bool
    ) throws(CairnError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let kept = Set(descriptors.map(\.theirs))
        for pair in descriptors where pair.own != pair.theirs {
            posix_spawn_file_actions_adddup2(&actions, pair.own, pair.theirs)
        }
        // What is closed twice, or not open, is passed over.
        for number in Set(0...lastDescriptor).union(openDescriptors) where !kept.contains(number) {
            posix_spawn_file_actions_addclose(&actions, number)
        }
        var attributes = attributes(ownSession: ownSession)
        defer { posix_spawnattr_destroy(&attributes) }
        var arguments = vector.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { variables.forEach { free($0) } }
        var process = pid_t()
        let result = posix_spawn(&process, vector[0], &actions, &attributes, &arguments, &variables)
        guard result == 0 else {
            throw CairnError(.io, "\(vector[0].visible) cannot be started: \(String(cString: strerror(result)))")
        }
        return process
    }

    /// Those of this process.
    private static var openDescriptors: [Int32] { FileSystem.names(in: "/proc/self/fd").compactMap { Int32($0) } }

    /// The threads that run tasks block most signals, and a program that inherits that cannot be asked to end.
    private static func attributes(ownSession: Bool) -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // From spawn.h, whose macros are not imported: SETSIGDEF, SETSIGMASK, SETSID.
        posix_spawnattr_setflags(&attributes, 0x04 | 0x08 | (ownSession ? 0x80 : 0))
        return attributes
    }
}

/// A pipe whose ends no program inherits unless it is handed one.
struct Pipe {
    private(set) var read: Int32
    private(set) var write: Int32

    /// - Throws: `E-IO` when the process has no descriptors left.
    init() throws(CairnError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw CairnError(.io, "No pipe can be made: \(String(cString: strerror(errno)))")
        }
        // Above all that a program is handed, so that no handing over hits the other.
        read = fcntl(ends[0], F_DUPFD_CLOEXEC, 32)
        write = fcntl(ends[1], F_DUPFD_CLOEXEC, 32)
        ends.forEach { Glibc.close($0) }
        _ = fcntl(read, F_SETFL, O_NONBLOCK)
    }

    mutating func closeWrite() {
        if write >= 0 { Glibc.close(write) }
        write = -1
    }

    mutating func close() {
        closeWrite()
        if read >= 0 { Glibc.close(read) }
        read = -1
    }
}
