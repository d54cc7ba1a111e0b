public import CairnCore
import Foundation
public import Glibc

/// Starts a process that outlives this one: in a session of its own, with nothing of our terminal or of the ssh
/// connection left open, so that neither ends with it nor waits for it.
public enum DetachedProcess {
    /// Starts it and returns its id. `environment` is added to a minimal one; nothing else is inherited. Both output
    /// streams are appended to the file `output`, or dropped.
    ///
    /// - Throws: `E-IO`.
    @discardableResult
    public static func start(
        executable: String, arguments: [String], environment: [String: String], output: String? = nil
    ) throws(CairnError) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads that run tasks block signals. A process that inherits that cannot be asked to end.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // From spawn.h: POSIX_SPAWN_SETSID and POSIX_SPAWN_SETSIGMASK.
        posix_spawnattr_setflags(&attributes, 0x80 | 0x08)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o640)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        closeOnExec()
        let inherited = ["PATH", "HOME", "LANG", "TMPDIR"].compactMap { key in
            ProcessInfo.processInfo.environment[key].map { (key, $0) }
        }
        let own = ProcessInfo.processInfo.environment.filter {
            $0.key.hasPrefix("CAIRN_") && $0.key != "CAIRN_CRASH_AT"
        }
        let variables = Dictionary(inherited) { $1 }.merging(own) { $1 }.merging(environment) { $1 }
        var pid = pid_t()
        let result = withCStrings([executable] + arguments) { argv in
            withCStrings(variables.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
            }
        }
        guard result == 0 else {
            throw CairnError(.io, "\(executable) cannot be started: \(String(cString: strerror(result)))")
        }
        return pid
    }

    /// Whatever this process was given open by its own parent (git's pipes, ssh's) must not be kept open by the child.
    private static func closeOnExec() {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in open.compactMap({ Int32($0) }) where descriptor > 2 {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    private static func withCStrings<Value>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("an array with an element has an address") }
            return body(base)
        }
    }
}
