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
        ).run(in: context) { try await Self.rows(about: $0, context) }
    }

    private static func rows(about app: App?, _ context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return try await PsProperties.report(on: nil, in: context) }
        let settings = try await PsProperties.report(on: app, in: context)
        if let delegated = try await delegated(app, context) {
            return (settings + delegated).sorted { $0.flag < $1.flag }
        }
        let status = try await context.platform().status(of: app)
        return try (settings + facts(about: app, canScale: !fixesScale(app, context), status)).sorted {
            $0.flag < $1.flag
        }
    }

    /// Most apps have no formation, which can be said without parsing all of their app.json.
    private static func fixesScale(_ app: App, _ context: CommandContext) throws -> Bool {
        guard let text = try context.store().currentRelease(of: app)?.content.appJSON, text.contains("\"formation\"")
        else {
            return false
        }
        return try AppJSON(parsing: Array(text.utf8), file: "app.json").fixesScale
    }

    /// What runs. The engine is asked about apps that have been deployed only.
    private static func facts(about app: App, canScale: Bool, _ status: AppStatus) -> [ReportRow] {
        [
            ReportRow("deployed", app.isDeployed),
            ReportRow("processes", "\(status.instances.count)"),
            ReportRow("ps-can-scale", canScale),
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
