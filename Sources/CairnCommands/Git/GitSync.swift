import ArgumentParser
import CairnCore
import CairnReceive

struct GitSync: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:sync", "Fetch the code of an app from another repository.",
        usage: "[--build | --build-if-changes] [--skip-deploy-branch] <app> <repository> [<branch, tag or commit>]",
        discussion: """
            Without --build the code is only stored. The first code that an app gets names its deploy branch. Private \
            repositories need git:auth (https), or git:public-key and git:allow-host (ssh).
            """)

    enum Build: String, EnumerableFlag {
        case build
        case buildIfChanges

        static func help(for value: Build) -> ArgumentHelp? {
            switch value {
            case .build: "Deploy what was fetched."
            case .buildIfChanges: "Deploy it unless the deploy branch is there already."
            }
        }
    }

    @Flag(exclusivity: .chooseLast) var build: Build?
    @Flag(help: "Keep the deploy branch, whatever the remote's is called.") var skipDeployBranch = false
    @Argument(help: "The app.") var app: String
    @Argument(help: ArgumentHelp("Its address: https, ssh or git.", valueName: "repository")) var remote: String?
    @Argument(help: ArgumentHelp("A branch, a tag or a commit; else the remote's own branch.", valueName: "ref"))
    var reference: String?

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard let remote, !remote.isEmpty else { throw CairnError(.usage, "Missing GIT_REMOTE parameter") }
        let repository = try RemoteRepository(validating: remote)
        let delivery = try context.delivery(to: app)
        let reference = reference?.isEmpty == true ? nil : reference
        let wanted: SyncBuild = build == nil ? .no : build == .build ? .always : .ifChanged
        try await context.cancellable {
            try await delivery.sync(repository, reference, build: wanted, adoptsBranch: !skipDeployBranch)
        }
    }
}
