import Foundation
public import Glibc
import Synchronization

/// A server that a test starts, and stops by its own process id.
public final class ServerProcess: Sendable {
    /// How a server shows that it serves.
    public enum Readiness: Sendable {
        case port(Int)
        case unixSocket(String)
    }

    private let arguments: [String]
    private let log: String
    private let environment: [String: String]
    private let pid = Mutex<pid_t>(0)

    /// - Parameters:
    ///   - log: A file for both of its outputs.
    ///   - environment: Added to the test's own.
    public init(arguments: [String], log: String, environment: [String: String] = [:]) {
        self.arguments = arguments
        self.log = log
        self.environment = environment
    }

    /// The process's id, or 0 while it does not run.
    public var processID: pid_t { pid.withLock { $0 } }

    /// Starts it, and waits until it accepts connections.
    public func start(until readiness: Readiness) async throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = CleanSignals.attributes(flags: 0)
        defer { posix_spawnattr_destroy(&attributes) }
        var argv = arguments.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { envp.forEach { free($0) } }
        var started = pid_t()
        guard posix_spawn(&started, arguments[0], &actions, &attributes, &argv, &envp) == 0 else {
            throw TestHostError("\(arguments[0]) cannot be started")
        }
        let child = started
        pid.withLock { $0 = child }
        // There is no event for another program's listening.
        let accepts = try await eventually(within: .seconds(90)) {
            guard waitpid(child, nil, WNOHANG) == 0 else {
                throw TestHostError("\(arguments[0]) has ended; see \(log)")
            }
            return Self.accepts(readiness)
        }
        guard accepts else { throw TestHostError("\(arguments[0]) does not accept connections; see \(log)") }
    }

    /// Ends it and waits for its end. One that does not run is left alone.
    public func stop(by signal: Int32 = SIGTERM) {
        let pid = pid.withLock { pid in
            defer { pid = 0 }
            return pid
        }
        guard pid > 0 else { return }
        kill(pid, signal)
        waitpid(pid, nil, 0)
    }

    private static func accepts(_ readiness: Readiness) -> Bool {
        switch readiness {
        case .port(let port):
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        case .unixSocket(let path):
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
        }
    }
}

/// How a started program finds its signals: none blocked, none ignored. The threads that run tests block most of them, and
/// a program that inherits that cannot be asked to end.
enum CleanSignals {
    /// - Parameter flags: Others of spawn.h.
    static func attributes(flags: Int16) -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // From spawn.h: POSIX_SPAWN_SETSIGDEF and POSIX_SPAWN_SETSIGMASK.
        posix_spawnattr_setflags(&attributes, 0x04 | 0x08 | flags)
        return attributes
    }
}

/// Ports of the loopback interface that nobody listens on.
public enum FreePort {
    public static func next() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw TestHostError("no port is free") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }
}
