public import CairnCore

/// What somebody who logged in by ssh asks for.
public enum SSHRequest: Sendable, Equatable {
    /// A program of git's, with the app's repository.
    case git(GitService, AppName)
    /// A command of Cairn's with its arguments.
    case command([String])
    /// No command: `ssh cairn@host`. There is no shell; the caller prints `SSHSession.greeting` and ends with success.
    case interactive
}

/// The programs of git that serve a client over ssh (git-shell(1)).
public enum GitService: String, Sendable, CaseIterable {
    /// What `git push` asks for.
    case receivePack = "git-receive-pack"
    /// What `git fetch` and `git clone` ask for.
    case uploadPack = "git-upload-pack"
    /// What `git archive --remote` asks for.
    case uploadArchive = "git-upload-archive"

    /// The word after `git` on a command line.
    var subcommand: String { String(rawValue.dropFirst("git-".count)) }
}
