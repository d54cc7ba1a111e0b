public import CairnCore
import Glibc
import Synchronization

/// Writes every line to a file descriptor at once and whole, with control characters made visible. Within a push git
/// shows the lines as they come, with `remote: ` before them.
public final class HookReporter: ProgressReporter {
    private let descriptor: Int32
    /// Serialises writers, so that lines do not mix; false from the moment that nobody reads any more.
    private let isOpen = Mutex(true)

    /// The connection behind the descriptor, where that is known.
    private let client: Int32?

    /// Writes to standard error, or to another descriptor.
    public convenience init(descriptor: Int32 = 2) { self.init(descriptor: descriptor, client: nil) }

    /// Writes nothing more as soon as `client` is hung up.
    init(descriptor: Int32 = 2, client: Int32?) {
        self.descriptor = descriptor
        self.client = client
    }

    public func step(_ text: String) { write("-----> ", text) }
    public func headline(_ text: String) { write("=====> ", text) }
    public func detail(_ text: String) { write("       ", text) }
    public func warning(_ text: String) { write(" !     ", text) }

    /// An error in the shape that every command gives it.
    public func failure(_ error: CairnError) {
        warning("\(error.message) [\(error.code)]")
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
            guard waitsForOutput() else { return false }
            // No more than a pipe takes for certain when poll says that it takes something (pipe(7), PIPE_BUF).
            let count = rest.prefix(4_096).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR && errno != EAGAIN {
                return false
            }
        }
        return true
    }

    /// Waits until the reader takes more. A pipe that nobody empties must not hold the work up for ever, nor its end.
    ///
    /// - Returns: False when the reader is gone, or took nothing for five minutes.
    private func waitsForOutput() -> Bool {
        var entries = [pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)]
        entries.append(pollfd(fd: client ?? -1, events: 0, revents: 0))
        var result = poll(&entries, nfds_t(entries.count), Self.patience)
        while result < 0 && errno == EINTR { result = poll(&entries, nfds_t(entries.count), Self.patience) }
        return result > 0 && entries[1].revents == 0
    }

    /// In milliseconds.
    private static let patience: Int32 = 300_000
}
