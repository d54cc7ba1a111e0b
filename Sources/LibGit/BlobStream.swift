import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The content of a large blob, read piece by piece from `git cat-file blob`.
///
/// libgit2 can only hold a packed blob in memory as a whole. Git streams a blob that is stored without deltas, which is
/// every blob above `core.bigFileThreshold`.
public final class BlobStream {
    /// Smaller blobs are read at once: a child process costs more than that much memory. In bytes.
    public static let threshold = 8 << 20

    private let output: FileDescriptor
    private var process: pid_t?

    /// Starts git. The child ends when the stream is released.
    ///
    /// - Throws: `GitError` when git cannot be started.
    public init(_ id: ObjectID, in repository: Repository) throws {
        let pipe = try Self.makePipe()
        defer { try? pipe.writeEnd.close() }
        do {
            process = try Self.spawn(id, in: repository, output: pipe.writeEnd)
        } catch {
            try? pipe.readEnd.close()
            throw error
        }
        output = pipe.readEnd
    }

    deinit {
        // Without a reader git dies of SIGPIPE at its next write, so this wait is short.
        try? output.close()
        _ = wait()
    }

    /// Reads up to `buffer.count` bytes; 0 at the end.
    ///
    /// - Throws: `GitError` with `.incompleteBlob` when git failed.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try output.read(into: buffer)
        if count == 0, let status = wait(), status != 0 {
            throw GitError(code: .incompleteBlob, message: "git cat-file ended with status \(status)")
        }
        return count
    }

    /// The child's wait status; `nil` when it has been collected already.
    private func wait() -> Int32? {
        guard let child = process else { return nil }
        process = nil
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return status
    }

    private static func makePipe() throws -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
        var ends: [Int32] = [-1, -1]
        // Other children must not inherit the write end, or the stream would never end. A pair of sockets can be made
        // so in one call everywhere; pipe2 is hidden behind _GNU_SOURCE.
        #if canImport(Musl)
            let kind = SOCK_STREAM | SOCK_CLOEXEC
        #else
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        #endif
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw failure(errno) }
        return (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    }

    private static func spawn(_ id: ObjectID, in repository: Repository, output: FileDescriptor) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.rawValue, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A server ignores SIGPIPE, and a child inherits that.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

        var child: pid_t = 0
        let result = withCStrings(["git", "cat-file", "blob", id.description]) { arguments in
            withCStrings(GitEnvironment.variables(for: repository).map { "\($0)=\($1)" }) { environment in
                posix_spawnp(&child, "git", &actions, &attributes, arguments, environment)
            }
        }
        guard result == 0 else { throw failure(result) }
        return child
    }

    private static func failure(_ code: Int32) -> GitError {
        GitError(code: .incompleteBlob, message: "git cannot be started: \(Errno(rawValue: code))")
    }
}

private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}
