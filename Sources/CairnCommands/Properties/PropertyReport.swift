import ArgumentParser
import CairnCore
import CairnStore

/// `<namespace>:report [<app>|--global] [--<flag>] [--format stdout|json]`: the settings and facts of one app, of the host,
/// or of every app in turn.
struct PropertyReport<Settings: PropertyNamespace>: CairnCommand {
    static var configuration: CommandConfiguration {
        .cairn(
            "\(Settings.name):report", "Show the settings of \(Settings.name) and what is in effect.",
            usage: "[<app> | --global] [--<key>] [--format <format>]",
            discussion:
                "Without an app, every app is shown in turn. With the flag of one row, only its value is printed.")
    }

    @Flag(name: .customLong("global"), help: "Report on the host instead of an app.")
    var isGlobal = false

    @OptionGroup var format: FormatOption

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("The app, or the flag of one row.", valueName: "app"))
    var words: [String] = []

    func run(in context: CommandContext) async throws {
        try await ReportCommand(
            title: Settings.title, prefix: Settings.prefix, repeatsKeysWithPrefix: Settings.repeatsKeysWithPrefix,
            isGlobal: isGlobal, isJSON: format.isJSON, words: words
        ).run(in: context) { try await Settings.report(on: $0, in: context) }
    }
}
