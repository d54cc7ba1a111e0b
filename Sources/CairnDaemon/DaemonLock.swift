public import CairnCore
import Glibc

extension CairnError.Code {
    /// Another daemon serves the same state root.
    public static let daemonRunning = Self(rawValue: "E-DAEMON-RUNNING")
}

/// At most one daemon per state root: an `flock`, which ends with its holder.
final class DaemonLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `E-DAEMON-RUNNING`, `E-IO`.
    init(path: String) throws(CairnError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CairnError(
                .io, "The lock file \(path) cannot be opened: \(String(cString: strerror(errno)))",
                hint: "Run 'cairn setup' as root, which lays out the state root.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw CairnError(
                .daemonRunning, "Another daemon serves this state root already",
                hint: "'systemctl status cairn' tells about it.")
        }
    }

    func release() { close(descriptor) }
}
