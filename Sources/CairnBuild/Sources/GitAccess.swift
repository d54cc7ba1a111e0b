import CairnCore

/// What git shows to other hosts when it fetches from them: the key pair, the known hosts and the passwords in the home of
/// the state root's owner, whatever the home of the process's user is. It asks nobody.
public struct GitAccess: Sendable, Hashable {
    let root: String

    /// That of the installation with this state root.
    public init(root: String) { self.root = root }

    /// For git's environment.
    public var variables: [String: String] {
        let command = [
            "ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=20", "-o",
            "ServerAliveCountMax=3", "-o", "UserKnownHostsFile=\(root)/.ssh/known_hosts", "-o",
            "IdentityFile=\(root)/.ssh/id_ed25519",
        ]
        return [
            "HOME": root, "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/true",
            "GIT_SSH_COMMAND": command.map(ShellWords.quote).joined(separator: " "),
        ]
    }
}
