import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins

/// `report`: what every group of commands and every plugin has to say about an app.
struct Report: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "report", "Show all settings of an app, or of every app, and what plugins know of it.", usage: "[<app>]")

    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        if let app { _ = try context.app(app) }
        let arguments = app.map { [$0] } ?? []
        for namespace in CommandTable.namespaces {
            guard let type = namespace.command("\(namespace.name):report") else { continue }
            let command = try type.parse(arguments)
            try await command.run(in: context)
        }
        try await context.platform().triggers.fire(
            .report, arguments: arguments, environment: [:], reporter: context.reporter)
    }
}
