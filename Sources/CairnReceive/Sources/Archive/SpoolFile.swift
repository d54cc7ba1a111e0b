public import CairnCore
import Glibc
import Synchronization
import SystemPackage

/// A temporary file without a name: it is gone with its last descriptor, however the process ends.
public final class SpoolFile: Sendable {
    let descriptor: FileDescriptor
    private let directory: String
    private let maximum: Int
    private let count = Mutex(0)

    /// - Parameters:
    ///   - directory: Where its space is taken.
    ///   - maximum: The most bytes it may hold.
    /// - Throws: `E-IO`, `E-DISK-FULL`.
    public init(in directory: String, maximum: Int) throws(CairnError) {
        var template = Array("\(directory)/spool-XXXXXX".utf8CString)
        let opened = mkstemp(&template)
        guard opened >= 0 else { throw Self.failure("made in \(directory)") }
        unlink(template)
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
        descriptor = FileDescriptor(rawValue: opened)
        self.directory = directory
        self.maximum = maximum
    }

    /// Another file in the same place.
    func sibling(maximum: Int) throws(CairnError) -> SpoolFile { try SpoolFile(in: directory, maximum: maximum) }

    deinit { try? descriptor.close() }

    /// How many bytes it holds.
    public var size: Int { count.withLock { $0 } }

    /// Appends bytes.
    ///
    /// - Throws: `E-ARCHIVE-REFUSED` when it would hold more than it may; `E-DISK-FULL`, `E-IO`.
    public func append(_ bytes: [UInt8]) throws(CairnError) {
        let offset = size
        guard offset + bytes.count <= maximum else {
            throw CairnError.archive("is larger than \(maximum) bytes (git:set archive-max-size)")
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let position = off_t(offset + bytes.count - rest.count)
            let written = rest.withUnsafeBytes { pwrite(descriptor.rawValue, $0.baseAddress, $0.count, position) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw Self.failure("written") }
            rest = rest.dropFirst(written)
        }
        count.withLock { $0 = offset + bytes.count }
    }

    /// Up to `length` bytes from `offset` on; fewer only at the end.
    func read(at offset: Int, upTo length: Int) throws(CairnError) -> [UInt8] {
        let wanted = max(0, min(length, size - offset))
        guard wanted > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: wanted)
        var done = 0
        while done < wanted {
            let found = bytes.withUnsafeMutableBytes {
                pread(descriptor.rawValue, $0.baseAddress?.advanced(by: done), wanted - done, off_t(offset + done))
            }
            if found < 0 && errno == EINTR { continue }
            guard found > 0 else { throw Self.failure("read") }
            done += found
        }
        return bytes
    }

    /// Lets a program that is given the descriptor read from the beginning.
    func rewind() { lseek(descriptor.rawValue, 0, SEEK_SET) }

    /// The file's bytes as they are.
    func reader(maximum: Int) -> ByteReader {
        var offset = 0
        return ByteReader(maximum: maximum) {
            try Task.checkCancellation()
            let piece = try self.read(at: offset, upTo: 64 << 10)
            offset += piece.count
            return piece.isEmpty ? nil : piece
        }
    }

    private static func failure(_ verb: String) -> CairnError {
        let error = Errno(rawValue: errno)
        let isFull = error == .noSpace || error == .diskQuotaExceeded
        return CairnError(
            isFull ? .diskFull : .io, "A temporary file cannot be \(verb): \(error)",
            hint: isFull ? "Free some disk space, then try again." : "Check the owner of the state root.")
    }
}
