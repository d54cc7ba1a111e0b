import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

extension Namespace {
    static let dockerOptions = Namespace(
        "docker-options", "Options of docker for an app's build and containers",
        [
            DockerOptionsAdd.self, DockerOptionsRemove.self, DockerOptionsList.self, DockerOptionsClear.self,
            PropertyReport<DockerOptionsReportSource>.self,
        ])
}

struct DockerOptionsAdd: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "docker-options:add", "Add options of docker for an app.",
        usage: "[--process <type>]... <app> <phases> <option>...",
        discussion: """
            The phases are build, deploy and run, with commas between them: the build of the image, the containers of \
            processes and of a deploy's tasks, and those of run. Options are as for docker, such as -v, --memory or \
            --link; nothing in them is expanded. They take effect at the next build, deploy, restart or run.
            """)

    @Option(help: "Only for this process type, in the phase deploy. May be given again.") var process: [String] = []
    @Argument(help: "The app.") var app: String
    @Argument(help: "The phases: build, deploy, run.") var phases: String
    @Argument(parsing: .captureForPassthrough, help: "The options.") var options: [String] = []

    func run(in context: CommandContext) async throws {
        let line = try DockerOptionLine(
            app: app, phases: phases, words: options, processes: process, verb: "add to", context)
        try line.change(context) { $0 + line.options }
    }
}

struct DockerOptionsRemove: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "docker-options:remove", "Remove options of docker from an app.",
        usage: "[--process <type>]... <app> <phases> <option>...")

    @Option(help: "Only those of this process type. May be given again.") var process: [String] = []
    @Argument(help: "The app.") var app: String
    @Argument(help: "The phases: build, deploy, run.") var phases: String
    @Argument(parsing: .captureForPassthrough, help: "The options.") var options: [String] = []

    func run(in context: CommandContext) async throws {
        let line = try DockerOptionLine(
            app: app, phases: phases, words: options, processes: process, verb: "remove from", context)
        try line.change(context) { old in old.filter { !line.options.contains($0) } }
    }
}

struct DockerOptionsList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "docker-options:list", "List the options of docker for an app, one on each line.",
        usage: "--phase <phase> [--process <type>] <app>", isHidden: true)

    @Option(help: "The phase: build, deploy or run.") var phase: String?
    @Option(help: "Only those of this process type.") var process: String?
    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        guard let phase else { throw CairnError(.usage, "--phase is required") }
        guard let found = DockerPhase(rawValue: phase) else {
            throw CairnError(.usage, "Phase must be one of [build deploy run]")
        }
        let types = try DockerOptionLine.processTypes(process.map { [$0] } ?? [], [found])
        let options = try context.store()
            .dockerOptions(of: context.app(app).name, for: found, process: types.first).map(\.description)
        if format.isJSON { return context.output.json(.array(options.map(JSONValue.string))) }
        for option in options { context.output.line(option) }
    }
}

struct DockerOptionsClear: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "docker-options:clear", "Remove all options of docker from an app.",
        usage: "[--process <type>]... <app> [<phases>]")

    @Option(help: "Only those of this process type. May be given again.") var process: [String] = []
    @Argument(help: "The app.") var app: String
    @Argument(help: "The phases; all of them if there are none.") var phases: String?

    func run(in context: CommandContext) async throws {
        let phases = try phases.map(DockerPhase.list) ?? (process.isEmpty ? Set(DockerPhase.allCases) : [.deploy])
        let types = try DockerOptionLine.processTypes(process, phases)
        let app = try context.app(app)
        let store = try context.store()
        for type in types { try store.setDockerOptions([], of: app.name, for: .deploy, process: type) }
        guard types.isEmpty else { return }
        for phase in phases { try store.setDockerOptions([], of: app.name, for: phase) }
        guard phases.contains(.deploy) else { return }
        for type in try store.processesWithDockerOptions(of: app.name) {
            try store.setDockerOptions([], of: app.name, for: .deploy, process: type)
        }
    }
}

/// `docker-options:report`: the options of each phase, and of each process type that has its own.
enum DockerOptionsReportSource: PropertyNamespace {
    static let name = "docker-options"
    static let title = "docker options"
    static let repeatsKeysWithPrefix = true
    static let definitions: [PropertyDefinition] = []

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        let store = try context.store()
        let common = try DockerPhase.allCases.map { phase in
            ReportRow(
                "docker-options-\(phase.rawValue)",
                list: try store.dockerOptions(of: app.name, for: phase).map(\.description))
        }
        return try common
            + store.processesWithDockerOptions(of: app.name).map { process in
                ReportRow(
                    "docker-options-deploy.\(process)",
                    list: try store.dockerOptions(of: app.name, for: .deploy, process: process).map(\.description))
            }
    }
}
