import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore

struct PsInspect: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ps:inspect", "Print what the engine knows of an app's containers, as JSON, without the values of variables.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let platform = try context.platform()
        if let answer = try await platform.askScheduler(.schedulerInspect, of: app, reporter: context.reporter) {
            return context.output.bytes(Array(answer.utf8))
        }
        context.output.json(try await platform.inspection(of: app))
    }
}
