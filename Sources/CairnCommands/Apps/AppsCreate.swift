import ArgumentParser
import CairnCore
import CairnDeploy

struct AppsCreate: CairnCommand {
    static let configuration = CommandConfiguration.cairn("apps:create", "Create an app.")

    @Argument(help: "The name of the app.") var app: String

    func run(in context: CommandContext) async throws {
        let name = try AppName(validating: app)
        _ = try await context.platform().createApp(name, reporter: context.reporter)
    }
}
