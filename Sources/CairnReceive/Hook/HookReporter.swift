public import CairnCore
import Glibc
import Synchronization

/// Writes every line to a file descriptor at once and whole, with control characters made visible. Within a push git
/// shows the lines as they come, with `remote: ` before them.
public final class HookReporter: ProgressReporter {
    private let descriptor: Int32
    /// Serialises writers, so that lines do not mix; false from the moment that nobody reads any more.
    private let isOpen = Mutex(true)

    /// Writes to standard error, or to another descriptor.
    public init(descriptor: Int32 = 2) { self.descriptor = descriptor }

    public func step(_ text: String) { write("-----> ", text) }
    public func headline(_ text: String) { write("=====> ", text) }
    public func detail(_ text: String) { write("       ", text) }
    public func warning(_ text: String) { write(" !     ", text) }

    /// An error in the shape that every command gives it.
    public func failure(_ error: CairnError) {
        warning("\(error.message) (\(error.code))")
        error.evidence.forEach(detail)
        if let hint = error.hint { warning(hint) }
    }

    private func write(_ prefix: String, _ text: String) {
        var block = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            block += prefix + "\(line)".visible + "\n"
        }
        isOpen.withLock { isOpen in
            if isOpen { isOpen = writeAll(Array(block.utf8)[...]) }
        }
    }

    /// - Returns: Whether there is still a reader.
    private func writeAll(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // The other side made the pipe non-blocking; wait until it has read some.
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
