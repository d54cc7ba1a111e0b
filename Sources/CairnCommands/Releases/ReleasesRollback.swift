import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct ReleasesRollback: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "releases:rollback", "Run an earlier release of an app again, with its image and its config.",
        usage: "<app> [<version>]",
        discussion: "Nothing is built. Without a version, the release that served before the current one.")

    @Argument(help: "The app.") var app: String
    @Argument(help: "The release, such as v12.") var version: String?

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let target = try version.map(ReleaseVersion.parse)
        let platform = try context.platform()
        try await context.cancellable {
            _ = try await platform.rollback(app, to: target, reporter: context.reporter)
        }
    }
}
