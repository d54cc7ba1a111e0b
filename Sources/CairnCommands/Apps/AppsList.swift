import ArgumentParser
import CairnCore
import CairnStore

struct AppsList: CairnCommand {
    static let configuration = CommandConfiguration.cairn("apps:list", "List the apps.")
    static let takesApp = false

    @OptionGroup var format: FormatOption

    func run(in context: CommandContext) async throws {
        let names = try await context.visible(context.store().appNames())
        if format.isJSON { return context.output.json(.array(names.map(JSONValue.string))) }
        if names.isEmpty { return context.output.warning("You haven't deployed any applications yet") }
        context.output.headline("My Apps")
        for name in names { context.output.line(name) }
    }
}
