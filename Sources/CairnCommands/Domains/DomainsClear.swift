import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore

struct DomainsClear: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "domains:clear", "Remove all domains of an app.", usage: "(<app> | --all)")

    @Flag(help: "Of every app.") var all = false
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        let apps = try await all ? context.visibleApps() : [context.app(app ?? "")]
        for app in apps {
            let change = DomainChange(app: app, verb: "clear", context: context)
            context.output.step("Clearing domains of \(app.name)")
            try await change.store([])
            try change.save([])
        }
    }
}

struct DomainsReset: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "domains:reset", "Give an app the domains of a new one: its name below each domain of the host.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let change = DomainChange(app: app, verb: "reset", context: context)
        let domains = try await context.platform().defaultDomains(of: app.name)
        try await change.store(domains)
        try change.save([])
        context.output.step("Set \(domains.map(\.rawValue).joined(separator: " ")) for \(app.name)")
    }
}

struct DomainsDisable: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "domains:disable", "Serve an app under no domain until domains:enable.",
        discussion: "Its domains are kept and belong to nobody meanwhile.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let change = DomainChange(app: app, verb: "disable", context: context)
        let domains = try context.store().domains(of: app)
        guard !domains.isEmpty else {
            return context.output.step("Domains (VHOST) support is already disabled for app (\(app.name))")
        }
        try await context.platform().triggers.fire(.preDisableVhost, app.name.rawValue, reporter: context.reporter)
        try await change.store([])
        try change.save(domains)
        context.output.step("App virtual host support disabled")
    }
}

struct DomainsEnable: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "domains:enable", "Serve an app under its domains again, or under those of a new app.")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard try context.store().domains(of: app).isEmpty else {
            return context.output.step("Domains (VHOST) support is already enabled for app (\(app.name))")
        }
        let change = DomainChange(app: app, verb: "enable", context: context)
        let saved = try change.saved()
        let domains = try await saved.isEmpty ? context.platform().defaultDomains(of: app.name) : saved
        guard !domains.isEmpty else {
            throw CairnError(
                .notFound, "\(app.name) has no domains to enable, and the host has none either",
                hint: "Add one: cairn domains:add \(app.name) www.example.com")
        }
        try await context.platform().triggers.fire(.preEnableVhost, app.name.rawValue, reporter: context.reporter)
        try await change.store(domains)
        try change.save([])
        context.output.step("App virtual host support enabled")
    }
}
