import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct BuildpacksList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "buildpacks:list", "Show the buildpacks that were set for an app.")

    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        if format.isJSON {
            return context.output.json(.array(try context.platform().buildpacks(of: app).map(JSONValue.string)))
        }
        context.output.step("\(app.name) buildpack urls")
        for text in try context.platform().buildpacks(of: app) { context.output.line("       " + text.visible) }
    }
}

struct BuildpacksDetect: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "buildpacks:detect", "Show which buildpacks would build what was pushed last.")

    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String
    @Option(help: "A branch other than the one that is deployed.") var branch: String?

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let (origin, labels) = try await context.platform().detectBuildpacks(of: app, branch: branch)
        if labels.isEmpty {
            throw CairnError(
                .noBuilder, "Buildpack detection failed: no buildpack knows the files of \(app.name)",
                hint: "Name one: cairn buildpacks:set \(app.name) NAME-OR-URL.")
        }
        if format.isJSON { return context.output.json(.array(labels.map(JSONValue.string))) }
        context.output.step(origin.map { "\(app.name) uses the buildpacks of \($0)" } ?? "\(app.name) fits")
        for label in labels { context.output.line("       " + label.visible) }
    }
}
