import CairnFiles
import Glibc
import SystemPackage

/// nginx's processes as the kernel lists them.
struct WorkerProcesses {
    /// The running master's process id; nil when no nginx runs on this pid file.
    static func master(pidFile: FilePath) -> pid_t? {
        guard let text = Files.readIfPresent(pidFile), let pid = pid_t(text.prefix { $0.isNumber }), pid > 1,
            kill(pid, 0) == 0 || errno == EPERM,
            Files.readIfPresent(FilePath("/proc/\(pid)/comm"))?.hasPrefix("nginx") == true
        else { return nil }
        return pid
    }

    /// The workers of a master that accept connections; empty where the kernel does not tell.
    ///
    /// After a reload, nginx lets old and new workers accept side by side for 100 ms, and there is no event when an old
    /// one stops; but it changes its title just before it closes its sockets (`ngx_worker_process_cycle`).
    static func accepting(master: pid_t) -> Set<pid_t> {
        guard let children = Files.readIfPresent(FilePath("/proc/\(master)/task/\(master)/children")) else { return [] }
        return Set(children.split(separator: " ").compactMap { pid_t($0) }.filter(isAccepting))
    }

    static func isAccepting(_ worker: pid_t) -> Bool {
        guard let title = Files.readIfPresent(FilePath("/proc/\(worker)/cmdline")) else { return false }
        return title.hasPrefix("nginx: worker process") && !title.hasPrefix("nginx: worker process is shutting down")
    }
}
