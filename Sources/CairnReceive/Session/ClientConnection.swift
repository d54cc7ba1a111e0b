import Glibc

/// The connection to an ssh client, as the hooks of a push get to see it.
///
/// A hook's own outputs end at git, and git does not pass on that the client is gone: the thread that copies a hook's
/// output to the client just ends (receive-pack.c, `copy_to_sideband`), with the reading end of the hook's pipe left
/// open. So the session hands down a copy of its standard output, which is sshd's, through git to the hooks.
enum ClientConnection {
    /// The variable with the descriptor's number.
    static let variable = "CAIRN_CLIENT_DESCRIPTOR"

    /// Copies standard output for the processes that this one starts or becomes.
    static func share(in environment: [String: String]) -> [String: String] {
        let descriptor = fcntl(STDOUT_FILENO, F_DUPFD, 3)
        var environment = environment
        environment[variable] = descriptor < 0 ? nil : String(descriptor)
        return environment
    }

    /// The copy that a session handed down; nil outside of one. The children of this process do not inherit it.
    static func inherited(in environment: [String: String]) -> Int32? {
        guard let descriptor = environment[variable].flatMap({ Int32($0) }), descriptor > STDERR_FILENO else {
            return nil
        }
        var found = stat()
        // The variable may have outlived the descriptor, whose number then means something else.
        guard fstat(descriptor, &found) == 0, [S_IFSOCK, S_IFIFO].contains(found.st_mode & S_IFMT) else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }
}
