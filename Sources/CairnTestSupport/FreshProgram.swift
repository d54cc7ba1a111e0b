import Foundation
import Glibc

/// A program that a test has just written.
public enum FreshProgram {
    /// F_SETLEASE of fcntl.h, which is not imported.
    private static let setLease: Int32 = 1024

    /// Returns when nobody has the file open for writing any more, and so it can be started.
    ///
    /// A process that another test starts at this moment holds, until its own program runs, whatever was open here; and
    /// what is open for writing is not executed (execve(2): ETXTBSY). Nothing tells of the end of that: a lease, which is
    /// for files that nobody writes to (fcntl(2)), is asked for until it is given.
    public static func settle(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw TestHostError("\(path) cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        for _ in 0..<10_000 {
            if fcntl(file, setLease, Int32(F_RDLCK)) == 0 {
                _ = fcntl(file, setLease, Int32(F_UNLCK))
                return
            }
            // Not every file system has leases.
            guard errno == EAGAIN else { return }
            usleep(1_000)
        }
        throw TestHostError("\(path) is still being written to")
    }
}
