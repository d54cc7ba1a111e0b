import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct AppsClone: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "apps:clone", "Copy an app with its config, settings and code.",
        discussion: "Domains and certificates are not copied: they can belong to one app only.")

    @Flag(help: "Do not deploy the copy.") var skipDeploy = false
    @Flag(help: "Do nothing, and succeed, when the new name is taken.") var ignoreExisting = false
    @Argument(help: "The app.") var old: String
    @Argument(help: "The name of the copy.") var new: String

    func run(in context: CommandContext) async throws {
        let name = try AppName(validating: new)
        let app = try context.app(old)
        if try context.store().findApp(name) != nil {
            if ignoreExisting { return context.output.warning("Name is already taken") }
            throw CairnError(
                .nameTaken, "Name is already taken", hint: "Choose another name, or use --ignore-existing.")
        }
        try await context.platform().cloneApp(app, to: name, deploys: !skipDeploy, reporter: context.reporter)
    }
}
