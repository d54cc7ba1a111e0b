public import CairnCore

/// The variables that a process started on a client's behalf sees: a fixed list, since a client may send variables
/// of its own (sshd_config(5), `AcceptEnv`), and some of them change what programs do.
public enum SessionEnvironment {
    /// Who acts, for the hooks that git runs within a push: the name of the ssh key.
    public static let actor = "CAIRN_ACTOR"
    /// The fingerprint of that key.
    public static let fingerprint = "CAIRN_FINGERPRINT"

    /// Picks the allowed variables. Those of Cairn's settings are among them, as hooks read the same settings.
    ///
    /// - Parameters:
    ///   - environment: The variables of this process.
    ///   - settings: The settings of this installation.
    ///   - key: The name of the ssh key.
    ///   - fingerprint: Its fingerprint.
    /// - Returns: All that the process is to see.
    public static func variables(
        from environment: [String: String], settings: HostSettings, key: String, fingerprint: String
    ) -> [String: String] {
        var result = environment.filter { name, _ in kept.contains(name) || name.hasPrefix("CAIRN_") }
        if let version = environment["GIT_PROTOCOL"], isGitProtocol(version) { result["GIT_PROTOCOL"] = version }
        result["PATH"] = result["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        // git reads settings from the home directory; it is the state root, whatever started this process.
        result["HOME"] = settings.root
        result["CAIRN_ROOT"] = settings.root
        result[actor] = key
        result[self.fingerprint] = fingerprint
        return result
    }

    private static let kept: Set<String> = ["PATH", "USER", "LOGNAME", "TERM", "TZ", "SSH_CONNECTION", "SSH_TTY"]

    /// `version=2`, or several such pairs with colons between them (git(1), `GIT_PROTOCOL`).
    private static func isGitProtocol(_ text: String) -> Bool {
        text.utf8.count <= 256
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "=:.-_".utf8.contains(byte)
            }
    }
}
