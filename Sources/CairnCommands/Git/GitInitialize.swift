import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct GitInitialize: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:initialize", "Make the bare repository of an app, if it is not there.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        try context.platform().makeRepository(of: app.name)
        context.output.step("The repository of \(app.name) is \(context.settings.repository(of: app.name))")
    }
}
