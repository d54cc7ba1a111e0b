import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore

struct PsReport: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ps:report", "Show what of an app runs, and the settings of its processes.",
        usage: "[<app> | --global] [--<key>] [--format <format>]",
        discussion: "Without an app, every app is shown in turn. With the flag of one row, only its value is printed.")

    @Flag(name: .customLong("global"), help: "Report on the host instead of an app.")
    var isGlobal = false
    @OptionGroup var format: FormatOption
    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("The app, or the flag of one row.", valueName: "app"))
    var words: [String] = []

    func run(in context: CommandContext) async throws {
        try await ReportCommand(
            title: PsProperties.title, prefix: PsProperties.prefix,
            repeatsKeysWithPrefix: PsProperties.repeatsKeysWithPrefix, isGlobal: isGlobal, isJSON: format.isJSON,
            words: words
        ).run(in: context) { app in
            let settings = try await PsProperties.report(on: app, in: context)
            let facts = try await app.asyncMap { try await Self.facts(about: $0, context) } ?? []
            return (settings + facts).sorted { $0.flag < $1.flag }
        }
    }

    /// What runs. The engine is asked about apps that have been deployed only.
    private static func facts(about app: App, _ context: CommandContext) async throws -> [ReportRow] {
        let release = try context.store().currentRelease(of: app)
        let fixesScale = try release?.content.appJSON.map {
            try AppJSON(parsing: Array($0.utf8), file: "app.json").fixesScale
        }
        if let rows = try await delegated(app, context) { return rows }
        let status = try await context.platform().status(of: app)
        return [
            ReportRow("deployed", app.isDeployed),
            ReportRow("processes", "\(status.instances.count)"),
            ReportRow("ps-can-scale", fixesScale != true),
            ReportRow("restore", app.desiredState == .running),
            ReportRow("running", status.running.rawValue),
        ]
            + status.instances.map {
                let id = $0.containerID.map { " (CID: \($0.prefix(11)))" } ?? ""
                return ReportRow("status-\($0.instance.name)", $0.state + id)
            }
    }
}

extension PsReport {
    /// What the plugin that runs the app answers: `COUNT true|false|mixed`; nil when Cairn runs it.
    private static func delegated(_ app: App, _ context: CommandContext) async throws -> [ReportRow]? {
        let answer = try await context.platform().askScheduler(
            .schedulerAppStatus, of: app, reporter: context.reporter)
        guard let words = answer?.split(whereSeparator: \.isWhitespace) else { return nil }
        let running = words.count > 1 ? AppStatus.Running(rawValue: String(words[1])) : nil
        return [
            ReportRow("deployed", app.isDeployed), ReportRow("processes", "\(words.first.flatMap { Int($0) } ?? 0)"),
            ReportRow("restore", app.desiredState == .running), ReportRow("running", running?.rawValue ?? "mixed"),
        ]
    }
}

extension Optional {
    fileprivate func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
