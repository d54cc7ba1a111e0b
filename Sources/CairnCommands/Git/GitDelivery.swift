import ArgumentParser
import CairnCore
import CairnReceive
import CairnStore

/// What the commands that bring code to an app without a push share.
extension CommandContext {
    func delivery(to app: App) throws -> Delivery {
        Delivery(to: app, on: try platform(), reporter: reporter)
    }

    var credentials: HostCredentials { HostCredentials(settings) }
}

/// `[<name> [<email>]]`: whom the commit is by.
struct AuthorArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("Whom the commit is by.", valueName: "name")) var name: String?
    @Argument(help: ArgumentHelp("Their address.", valueName: "email")) var email: String?

    func author() throws -> CommitAuthor { try CommitAuthor(name: name, email: email) }
}

/// The directory of `--build-dir`, which only users of the host may name.
struct BuildDirectoryOption: ParsableArguments {
    @Option(
        name: .customLong("build-dir"),
        help: ArgumentHelp(
            "A directory of this host that goes into the build, for images with ONBUILD.", valueName: "dir"))
    var path: String?

    func checked(_ context: CommandContext) throws -> String? {
        guard let path else { return nil }
        guard !context.isRemote else {
            throw CairnError(
                .notAllowed, "Over ssh no directory of the host can be named",
                hint: "Send the files as an archive instead: git:from-archive.")
        }
        return path
    }
}
