import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct AppsDestroy: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "apps:destroy", "Remove an app with everything that belongs to it.")

    @Flag(help: "Do not ask.") var force = false
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        if !force { try Confirmation(type: "app", name: app.name.rawValue).ask(context) }
        try await context.platform().destroyApp(app, reporter: context.reporter)
    }
}
