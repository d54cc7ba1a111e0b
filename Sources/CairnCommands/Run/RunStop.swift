import ArgumentParser
import CairnCore
import CairnDeploy
import DockerEngine

struct RunStop: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "run:stop", "Stop the one-off containers of an app, or one of them.", usage: "(<app> | --container <name>)")

    @Option(help: "The container's name.") var container: String?
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        let containers = try await OneOffSelection(app: app, container: container).find(in: context)
        if containers.isEmpty { return context.output.warning("No run containers exist") }
        let platform = try context.platform()
        for found in containers {
            context.output.step("Stopping \(found.displayName)")
            try await platform.askEngine("stopping \(found.displayName)") { engine in
                do { try await engine.stopContainer(found.id) } catch let error as EngineError where error.isNotFound {
                    // It ended by itself, and the engine has removed it.
                }
            }
            try await platform.removeOneOff(found.id)
        }
    }
}
