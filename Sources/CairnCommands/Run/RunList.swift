import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore
import DockerEngine
import Foundation

struct RunList: CairnCommand {
    static let configuration = CommandConfiguration.cairn("run:list", "List the one-off containers of an app.")

    @OptionGroup var format: FormatOption
    @Flag(help: "Print no headings.") var quiet = false
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let containers = try await context.platform().oneOffs(of: app)
        if format.isJSON {
            return context.output.json(
                .array(
                    containers.map {
                        [
                            "name": .string($0.displayName), "state": .string($0.state.rawValue),
                            "command": .string($0.command), "created_at": .string($0.created.text),
                        ]
                    }))
        }
        let output = quiet ? Output(console: context.console, isQuiet: true) : context.output
        output.headline("\(app.name) run containers")
        output.table(
            ["NAMES", "COMMAND", "CREATED"], containers.map { [$0.displayName, $0.command, $0.created.text] })
    }
}

extension EngineTimestamp {
    /// RFC 3339 in whole seconds.
    var text: String { Date(timeIntervalSince1970: Double(seconds)).rfc3339 }
}

extension Date {
    /// RFC 3339 in UTC, to the second.
    var rfc3339: String { formatted(.iso8601) }
}
