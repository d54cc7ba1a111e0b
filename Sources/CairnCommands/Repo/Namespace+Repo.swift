import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

extension Namespace {
    static let repo = Namespace(
        "repo", "The repository of an app, and what its builds keep", [RepoGC.self, RepoPurgeCache.self])
}

struct RepoGC: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "repo:gc", "Pack the repository of an app, and drop what nothing refers to any more.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        try await context.platform().packRepository(of: app, reporter: context.reporter)
    }
}

struct RepoPurgeCache: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "repo:purge-cache", "Throw away what the builds of an app keep for the next one.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        try await context.platform().purgeBuildCache(of: app, reporter: context.reporter)
        context.output.step("The build cache of \(app.name) is empty")
    }
}
