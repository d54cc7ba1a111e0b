import ArgumentParser
import CairnCore
import CairnDeploy
import DockerEngine

struct RunLogs: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "run:logs", "Show the output of the one-off containers of an app, or of one of them.",
        usage: "[--num <n>] [--tail] [--quiet] (<app> | --container <name>)")

    @OptionGroup var options: LogOptionGroup
    @Option(help: "The container's name.") var container: String?
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        let containers = try await OneOffSelection(app: app, container: container).find(in: context)
        if containers.isEmpty { return context.output.warning("No run containers exist") }
        let printer = LogPrinter(console: context.console, options: options)
        let sources = containers.map { LogSource(containerID: $0.id, label: "app[\($0.displayName)]") }
        let reader = LogReader(platform: try context.platform(), options: options)
        try await context.cancellable { try await reader.show(sources, follow: nil, printer) }
    }
}
