public import CairnCore
import CairnFiles
public import CairnStore
import Glibc
import SystemPackage

/// The file that lets the keys of the store log in, each to `cairn ssh-session` and nothing else.
public enum AuthorizedKeys {
    /// One line for each key (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). `restrict` switches off every kind of forwarding,
    /// the terminal and `~/.ssh/rc`, also kinds that sshd learns later.
    ///
    /// - Throws: `E-INVALID-VALUE` when a row cannot be written as one harmless line; commands never make such a row.
    public static func render(_ keys: [SSHKey], settings: HostSettings) throws(CairnError) -> String {
        var text = "# Written by Cairn from its list of keys (cairn ssh-keys:list); changes made here are lost.\n"
        for key in keys { text += try line(for: key, settings: settings) + "\n" }
        return text
    }

    /// Writes the file, readable by its owner only, as sshd demands (sshd_config(5), `StrictModes`).
    ///
    /// - Returns: Whether the file changed.
    /// - Throws: `E-INVALID-VALUE`, `E-DISK-FULL`, `E-IO`; the old file stays.
    @discardableResult
    public static func install(_ keys: [SSHKey], settings: HostSettings) throws(CairnError) -> Bool {
        let text = try render(keys, settings: settings)
        try prepareDirectory(settings)
        return try Files.writeIfChanged(text, to: FilePath(settings.authorizedKeys), mode: 0o600)
    }

    private static func line(for key: SSHKey, settings: HostSettings) throws(CairnError) -> String {
        guard isName(key.name), isName(key.fingerprint) else {
            throw CairnError(
                .invalidValue, "The ssh key '\(key.name.visible)' cannot be written to \(settings.authorizedKeys)",
                hint: "Remove it, and add it under a name of letters, digits and '.', '-', '_', '@', '+'.")
        }
        let publicKey = try SSHPublicKey(parsing: key.publicKey)
        let options = key.allowsTerminal ? "restrict,pty" : "restrict"
        return "\(options),command=\"\(quoted(command(for: key, settings: settings)))\" \(publicKey)"
    }

    /// sshd hands it to the login shell, so every word is quoted for a shell.
    private static func command(for key: SSHKey, settings: HostSettings) -> String {
        let words = [settings.executable, "ssh-session", "--key", key.name, "--fingerprint", key.fingerprint]
        let call = words.map(ShellWords.quote).joined(separator: " ")
        if settings.root == HostSettings.standardRoot { return call }
        return "CAIRN_ROOT=\(ShellWords.quote(settings.root)) \(call)"
    }

    /// Inside an option's quotes only the quote itself is special.
    private static func quoted(_ command: String) -> String {
        command.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
    }

    /// Whether the text, a key's name or fingerprint, is safe as a word and cannot be taken for an option.
    public static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128 && !text.hasPrefix("-")
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || ".-_@+:/=".utf8.contains(byte)
            }
    }

    private static func prepareDirectory(_ settings: HostSettings) throws(CairnError) {
        let path = settings.root + "/.ssh"
        let directory = FilePath(path)
        try Files.makeDirectory(directory, mode: 0o700)
        guard let found = Files.status(directory) else { throw Files.failure("read", directory) }
        if found.st_mode & 0o7777 != 0o700 && chmod(path, 0o700) != 0 { throw Files.failure("change", directory) }
        if geteuid() == 0, let owner = Files.status(FilePath(settings.root)), owner.st_uid != found.st_uid {
            guard chown(path, owner.st_uid, owner.st_gid) == 0 else { throw Files.failure("change", directory) }
        }
    }
}
