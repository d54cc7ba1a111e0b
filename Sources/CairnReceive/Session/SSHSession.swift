public import CairnCore
import Glibc

/// The forced command of every ssh key: understands what the client asked for, without any shell.
public enum SSHSession {
    /// A longer command line is refused. The kernel's own limit for one variable of an environment is 128 KiB.
    public static let maximumLineLength = 1 << 20
    /// A command line with more words is refused.
    public static let maximumWordCount = 1_000

    /// Takes the client's command line out of this process's environment, where sshd puts it (sshd(8)), so that no child
    /// process sees it; `nil` when the client gave no command. Bytes, since nothing says that it is UTF-8.
    public static func takeOriginalCommand() -> [UInt8]? {
        guard let text = getenv("SSH_ORIGINAL_COMMAND") else { return nil }
        let bytes = (0..<strlen(text)).map { UInt8(bitPattern: text[$0]) }
        unsetenv("SSH_ORIGINAL_COMMAND")
        return bytes
    }

    /// What the line asks for; `nil` stands for no command at all.
    ///
    /// - Throws: `E-USAGE` for a line that is too long, is not UTF-8 or leaves a quote open, `E-NOT-ALLOWED` for what this
    ///   account does not do, `E-INVALID-NAME` for a repository that cannot be an app.
    public static func request(_ line: [UInt8]?) throws(CairnError) -> SSHRequest {
        guard let line else { return .interactive }
        let words = try words(of: line)
        guard let first = words.first else { return .interactive }
        if let (service, arguments) = gitService(words) {
            return .git(service, try app(from: arguments, of: service))
        }
        guard isAllowed(first) else {
            throw CairnError(
                .notAllowed, "This account gives no shell and copies no files: '\(first.excerpt())' is not allowed",
                hint: "It serves git and Cairn's commands: 'ssh … help' lists them.")
        }
        return .command(words)
    }

    /// What somebody who asks for a shell gets to read.
    public static func greeting(key: String) -> String {
        """
        Hello \(key.visible), this is Cairn. There is no shell here; you can

          push an app:    git push cairn@<this host>:<app> main
          run a command:  ssh cairn@<this host> apps:list
          list them all:  ssh cairn@<this host> help

        """
    }

    private static func words(of line: [UInt8]) throws(CairnError) -> [String] {
        guard line.count <= maximumLineLength else {
            throw CairnError(
                .usage, "The command line is longer than \(maximumLineLength) bytes",
                hint: "Send large values on standard input.")
        }
        guard let text = String(validating: line, as: UTF8.self), !line.contains(0) else {
            throw CairnError(
                .usage, "The command line is not valid UTF-8 text",
                hint: "Send text in UTF-8; encode other data (base64), or send it on standard input.")
        }
        let words = try ShellWords.split(text)
        guard words.count <= maximumWordCount else {
            throw CairnError(
                .usage, "The command line has \(words.count) words; \(maximumWordCount) are allowed",
                hint: "Split the work over several commands.")
        }
        return words
    }

    /// git sends `git-receive-pack 'app'`; some clients put a blank for the dash, as git-shell(1) allows.
    private static func gitService(_ words: [String]) -> (GitService, ArraySlice<String>)? {
        if let service = GitService(rawValue: words[0]) { return (service, words.dropFirst()) }
        if words.count > 1, words[0] == "git", let service = GitService(rawValue: "git-" + words[1]) {
            return (service, words.dropFirst(2))
        }
        return nil
    }

    /// Exactly one argument, and never an option of git's: `--upload-pack`-like words have opened shells before.
    private static func app(
        from arguments: ArraySlice<String>, of service: GitService
    ) throws(CairnError) -> AppName {
        guard let argument = arguments.first, arguments.count == 1 else {
            throw CairnError(
                .usage, "\(service.rawValue) takes one repository, not \(arguments.count) arguments",
                hint: "The address of an app is cairn@<host>:<app>.")
        }
        guard !argument.hasPrefix("-") else {
            throw CairnError(
                .notAllowed, "\(service.rawValue) takes no options here: '\(argument.excerpt())' is refused",
                hint: "The address of an app is cairn@<host>:<app>.")
        }
        var name = argument[...]
        if name.hasPrefix("/") { name = name.dropFirst() }
        if name.hasSuffix(".git") { name = name.dropLast(4) }
        return try AppName(validating: String(name))
    }

    /// Programs that clients ask for by habit. All that is not a command of Cairn's is refused later anyway; these, and
    /// every path, get an answer that says why. Commands for Cairn's own use are not for clients.
    private static func isAllowed(_ word: String) -> Bool {
        !word.contains("/") && !word.hasPrefix("internal:") && !programs.contains(word)
    }

    private static let programs: Set<String> = [
        "bash", "dash", "fish", "ksh", "sh", "zsh", "env", "exec", "internal-sftp", "rsync", "scp", "sftp",
        "sftp-server",
        "ssh-session", "su", "sudo",
    ]
}
