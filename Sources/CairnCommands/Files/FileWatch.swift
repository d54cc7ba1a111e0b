import CairnCore
import Glibc

/// Waits for a file to change (inotify(7)).
struct FileWatch: ~Copyable {
    private let descriptor: Int32

    /// - Throws: `E-NOT-FOUND` when the file is not there.
    init(path: String) throws(CairnError) {
        descriptor = inotify_init1(Int32(IN_CLOEXEC))
        guard descriptor >= 0, inotify_add_watch(descriptor, path, UInt32(IN_MODIFY)) >= 0 else {
            if descriptor >= 0 { close(descriptor) }
            throw CairnError(.notFound, "\(path) cannot be watched: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Returns when the file has been changed since the last call; false when whoever reads this process's output has
    /// left, so that no follower outlives its ssh connection.
    func waitForChange() -> Bool {
        // No event is asked for: poll(2) reports the loss of the reader by itself.
        var entries = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: STDOUT_FILENO, events: 0, revents: 0),
        ]
        while poll(&entries, 2, -1) < 0 { if errno != EINTR { return false } }
        guard entries[1].revents == 0 else { return false }
        var events = [UInt8](repeating: 0, count: 4096)
        return read(descriptor, &events, events.count) > 0
    }
}
