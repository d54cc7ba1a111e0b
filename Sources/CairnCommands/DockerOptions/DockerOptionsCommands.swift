import ArgumentParser
import CairnCore
import CairnStore

extension Namespace {
    static let dockerOptions = Namespace(
        "docker-options", "Options for the build of an app's image",
        [
            DockerOptionsAdd.self, DockerOptionsRemove.self, DockerOptionsList.self, DockerOptionsClear.self,
            PropertyReport<DockerOptionsReportSource>.self,
        ])
}

struct DockerOptionsAdd: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "docker-options:add", "Add options for the build of an app.", usage: "<app> build <option>...",
        discussion: """
            Options are --build-arg KEY=VALUE, --build-arg KEY (the value is the config variable of that name), --target \
            STAGE and --no-cache. They take effect at the next build.
            """)

    @Argument(help: "The app.") var app: String
    @Argument(help: "The phase: build.") var phases: String
    @Argument(parsing: .captureForPassthrough, help: "The options.") var options: [String] = []

    func run(in context: CommandContext) async throws {
        try DockerOptions.checkPhases(phases)
        let added = try DockerOptions.parse(options)
        guard !added.isEmpty else {
            throw CairnError(.usage, "Please specify docker options to add to the phase")
        }
        let app = try context.app(app)
        let store = try context.store()
        try DockerOptions.store(DockerOptions.stored(for: app, in: store) + added, for: app, in: store)
    }
}

struct DockerOptionsRemove: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "docker-options:remove", "Remove options for the build of an app.", usage: "<app> build <option>...")

    @Argument(help: "The app.") var app: String
    @Argument(help: "The phase: build.") var phases: String
    @Argument(parsing: .captureForPassthrough, help: "The options.") var options: [String] = []

    func run(in context: CommandContext) async throws {
        try DockerOptions.checkPhases(phases)
        let removed = try DockerOptions.parse(options)
        guard !removed.isEmpty else {
            throw CairnError(.usage, "Please specify docker options to remove from the phase")
        }
        let app = try context.app(app)
        let store = try context.store()
        let kept = try DockerOptions.stored(for: app, in: store).filter { !removed.contains($0) }
        try DockerOptions.store(kept, for: app, in: store)
    }
}

struct DockerOptionsList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "docker-options:list", "List the options for the build of an app, one on each line.", isHidden: true)

    @Option(help: "The phase: build.") var phase = "build"
    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        try DockerOptions.checkPhases(phase)
        let options = try DockerOptions.stored(for: context.app(app), in: context.store()).map(\.description)
        if format.isJSON { return context.output.json(.array(options.map(JSONValue.string))) }
        for option in options { context.output.line(option) }
    }
}

struct DockerOptionsClear: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "docker-options:clear", "Remove all options for the build of an app.", usage: "<app> [build]")

    @Argument(help: "The app.") var app: String
    @Argument(help: "The phase: build.") var phases = "build"

    func run(in context: CommandContext) async throws {
        try DockerOptions.checkPhases(phases)
        try DockerOptions.store([], for: context.app(app), in: context.store())
    }
}

/// `docker-options:report`: all facts. There is nothing to tell about the phases deploy and run.
enum DockerOptionsReportSource: PropertyNamespace {
    static let name = "docker-options"
    static let title = "docker options"
    static let repeatsKeysWithPrefix = true
    static let definitions: [PropertyDefinition] = []

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        let options = try DockerOptions.stored(for: app, in: context.store()).map(\.description)
        return ["build", "deploy", "run"].map { phase in
            ReportRow("docker-options-\(phase)", phase == "build" ? options.joined(separator: " ") : "")
        }
    }
}
