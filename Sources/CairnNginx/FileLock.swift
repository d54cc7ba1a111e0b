import CairnCore
import CairnFiles
import Glibc
import NIOPosix
import SystemPackage

/// Runs `body` while holding the lock file `path` against all other processes and tasks.
///
/// The lock belongs to the open file, so it ends with the process whatever happens to it, and the file is never removed.
func withFileLock<Result: Sendable>(_ path: FilePath, _ body: () async throws -> Result) async throws -> Result {
    let file: FileDescriptor
    do {
        file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
    } catch let errno as Errno {
        throw Files.failure("open", path, errno)
    }
    defer { try? file.close() }
    try await lock(file, path)
    return try await body()
}

private func lock(_ file: FileDescriptor, _ path: FilePath) async throws {
    let descriptor = file.rawValue
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    // Waiting for a lock blocks a thread, which must not be one of those that run tasks.
    let failure: CInt = try await NIOThreadPool.singleton.runIfActive {
        while flock(descriptor, LOCK_EX) != 0 {
            if errno != EINTR { return errno }
        }
        return 0
    }
    if failure != 0 { throw Files.failure("lock", path, Errno(rawValue: failure)) }
}
