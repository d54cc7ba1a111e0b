import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct PsScale: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ps:scale", "Show or set how many copies of each process run.",
        usage: "[--skip-deploy] [--format <format>] <app> [<type>=<n>...]")

    @Flag(help: "Only note the numbers, for the next deploy.") var skipDeploy = false
    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String
    @Argument(help: ArgumentHelp("The new numbers.", valueName: "type=n")) var quantities: [String] = []

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        if quantities.isEmpty { return try show(app, context) }
        let scale = try Scale(parsing: quantities)
        let platform = try context.platform()
        try await context.cancellable { [skipDeploy] in
            try await platform.scale(app, to: scale.quantities, deploys: !skipDeploy, reporter: context.reporter)
        }
    }

    private func show(_ app: App, _ context: CommandContext) throws {
        let rows = try Self.scale(of: app, context.store())
        if format.isJSON {
            return context.output.json(
                .array(rows.map { ["process_type": .string($0.process.rawValue), "quantity": .integer($0.quantity)] }))
        }
        context.output.step("Scaling for \(app.name)")
        if !context.output.isQuiet {
            context.output.line("proctype: qty")
            context.output.line("--------: ---")
        }
        for row in rows { context.output.line("\(row.process):".padded(to: 5) + " \(row.quantity)") }
    }

    /// Every process type that the release can run, and those that were scaled before there is a release.
    static func scale(of app: App, _ store: Store) throws -> [(process: ProcessType, quantity: Int)] {
        let scale = try store.scale(of: app)
        let declared = try store.currentRelease(of: app).map { Set($0.processTypes) }
        let names = declared.map { $0.union(scale.filter { $0.value > 0 }.keys) } ?? Set(scale.keys).union([.web])
        return names.sorted().map { ($0, scale[$0] ?? ($0 == .web ? 1 : 0)) }
    }
}
