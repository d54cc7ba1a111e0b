import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct LinksAdd: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "links:add", "Let an app use another: its address as a config variable, and the way there.",
        usage: "<app> <other>[:<process>] [--as <name>] [--no-restart]",
        discussion: """
            The variable is <NAME>_URL; without --as the name is made of the other app's. It follows the other app: when \
            its port or its name changes, the variable does too and the app is restarted.
            """)

    @Option(name: .customLong("as"), help: "What the variable begins with.") var alias: String?
    @Flag(help: "Leave the processes that run as they are.") var noRestart = false
    @Argument(help: "The app that is to use the other.") var app: String
    @Argument(help: "The app that is used, and the process if it is not web.") var other: String

    func run(in context: CommandContext) async throws {
        let client = try context.app(app)
        let parts = other.split(separator: ":", maxSplits: 1).map(String.init)
        let server = try context.app(parts.first ?? "")
        let process = try parts.count > 1 ? ProcessType(validating: parts[1]) : .web
        let name = try alias.map { try ConfigKey(validating: $0) }
        let (link, isChanged) = try await context.platform().addLink(
            of: client, to: server, process: process, name: name)
        try context.platform().ringDaemon()
        context.output.step("\(client.name) finds \(process) of \(server.name) in \(try link.variable)")
        guard isChanged else { return }
        try await ConfigChange(
            verb: "set", keys: [link.variable],
            target: ScopedWords.Target(scope: .app(client.name), app: client, rest: []), restarts: !noRestart
        ).takeEffect(context)
    }
}

struct LinksRemove: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "links:remove", "End a link of an app to another.", usage: "<app> <name> [--no-restart]")

    @Flag(help: "Leave the processes that run as they are.") var noRestart = false
    @Argument(help: "The app that uses the other.") var app: String
    @Argument(help: "The link's name, as links:list shows it, or the other app.") var name: String

    func run(in context: CommandContext) async throws {
        let client = try context.app(app)
        let links = try context.store().links(of: client)
        guard let link = links.first(where: { $0.name.rawValue == name || $0.server.rawValue == name }) else {
            throw CairnError(
                .notFound, "\(client.name) has no link '\(name.excerpt())'",
                hint: "'cairn links:list \(client.name)' shows those it has.")
        }
        try await context.platform().removeLink(link)
        try context.platform().ringDaemon()
        context.output.step("\(client.name) is not linked to \(link.server) any more")
        try await ConfigChange(
            verb: "unset", keys: [link.variable],
            target: ScopedWords.Target(scope: .app(client.name), app: client, rest: []), restarts: !noRestart
        ).takeEffect(context)
    }
}

struct LinksList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "links:list", "Show which apps an app uses and which use it; or all links.",
        usage: "[<app>] [--format <format>]")

    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        let store = try context.store()
        let links: [AppLink]
        if let app {
            let app = try context.app(app)
            links = try store.links(of: app) + store.links(to: app)
        } else {
            links = try store.links()
        }
        if format.isJSON {
            return context.output.json(
                .array(
                    try links.map {
                        [
                            "app": .string($0.client.rawValue), "name": .string($0.name.rawValue),
                            "variable": .string(try $0.variable.rawValue), "to": .string($0.server.rawValue),
                            "process": .string($0.process.rawValue),
                        ]
                    }))
        }
        context.output.table(
            ["APP", "VARIABLE", "TO", "PROCESS"],
            try links.map {
                [$0.client.rawValue, try $0.variable.rawValue, $0.server.rawValue, $0.process.rawValue]
            })
    }
}

extension Namespace {
    static let links = Namespace(
        "links", "Let apps use each other", bare: LinksList.self,
        [LinksAdd.self, LinksRemove.self, LinksList.self])
}
