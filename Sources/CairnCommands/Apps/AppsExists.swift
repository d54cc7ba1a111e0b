import ArgumentParser
import CairnCore

struct AppsExists: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "apps:exists", "Tell by the exit status whether there is an app: 0 if so, else 20.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        do { _ = try context.app(app) } catch let error as CairnError where error.code == .appNotFound {
            throw ExitStatus(error.exitStatus)
        }
    }
}
