import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore
import Synchronization

/// `report`: what every group of commands and every plugin has to say about an app.
struct Report: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "report", "Show all settings of an app, or of every app, and what plugins know of it.",
        usage: "[<app>] [--format <format>]",
        discussion: "As JSON it is one object for each app, with a member for each group; plugins speak text only.")

    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        let named = try app.map { try context.app($0) }
        if format.isJSON { return try await printJSON(named, context) }
        let arguments = app.map { [$0] } ?? []
        for (_, report) in Self.reports { try await report.parse(arguments).run(in: context) }
        try await context.platform().triggers.fire(
            .report, arguments: arguments, environment: [:], reporter: context.reporter)
    }

    /// The `:report` of each group that has one about apps, by the group's name.
    static var reports: [(name: String, command: any CairnCommand.Type)] {
        CommandTable.namespaces.compactMap { namespace in
            guard let report = namespace.command("\(namespace.name):report"), report.takesApp else { return nil }
            return (namespace.name, report)
        }
    }

    private func printJSON(_ named: App?, _ context: CommandContext) async throws {
        let apps = if let named { [named] } else { try await context.visibleApps() }
        if apps.isEmpty { context.output.warning("You haven't deployed any applications yet") }
        for app in apps {
            var members: [String: JSONValue] = named == nil ? ["app": .string(app.name.rawValue)] : [:]
            for (name, report) in Self.reports {
                let console = CollectingConsole()
                try await report.parse([app.name.rawValue, "--format", "json"]).run(in: context.printing(to: console))
                members[name] = try JSONValue(parsing: console.text, file: "\(name):report")
            }
            context.output.json(.object(members))
        }
    }
}

extension CommandContext {
    /// The same context with another place for what is printed.
    fileprivate func printing(to console: any Console) -> CommandContext {
        CommandContext(
            settings: settings, environment: environment, console: console, output: Output(console: console),
            actor: actor, isRemote: isRemote, isForced: isForced, caller: caller, opened: opened)
    }
}

/// Keeps what a command prints for another that makes something of it. There is nobody to be asked.
private final class CollectingConsole: Console {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    var isTerminal: Bool { false }

    func write(_ bytes: [UInt8]) { self.bytes.withLock { $0 += bytes } }
    func writeError(_ text: String) {}
    func readLine() -> String? { nil }
    func readInput(maximum: Int) throws -> [UInt8] { [] }
}
