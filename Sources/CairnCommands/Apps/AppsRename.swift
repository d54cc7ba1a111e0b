import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct AppsRename: CairnCommand {
    static let configuration = CommandConfiguration.cairn("apps:rename", "Give an app another name, and redeploy it.")

    @Flag(help: "Do not redeploy it.") var skipDeploy = false
    @Argument(help: "The app.") var old: String
    @Argument(help: "Its new name.") var new: String

    func run(in context: CommandContext) async throws {
        let name = try AppName(validating: new)
        let app = try context.app(old)
        if let taken = try context.store().findApp(name) {
            throw CairnError(
                .nameTaken, "Name is already taken", hint: "There is an app \(taken.name); choose another name.")
        }
        try await context.platform().renameApp(app, to: name, deploys: !skipDeploy, reporter: context.reporter)
    }
}
