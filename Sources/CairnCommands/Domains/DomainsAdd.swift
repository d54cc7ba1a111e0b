import ArgumentParser
import CairnCore
import CairnStore

struct DomainsAdd: CairnCommand {
    static let configuration = CommandConfiguration.cairn("domains:add", "Add domains to an app.")

    @Argument(help: "The app.") var app: String
    @Argument(help: "The domains, such as www.example.com or *.example.com.") var domains: [String] = []

    func run(in context: CommandContext) async throws {
        let wanted = try DomainChange.parse(domains)
        let app = try context.app(app)
        let change = DomainChange(app: app, verb: "add", context: context)
        // Adding to an app without virtual hosts turns them on again, with what it had.
        let old = try context.store().domains(of: app) + change.saved()
        try await change.store(old + wanted.filter { !old.contains($0) })
        try change.save([])
        for domain in wanted {
            context.output.step(
                old.contains(domain)
                    ? "Skipping: \(domain) already added to \(app.name)" : "Added \(domain) to \(app.name)")
        }
    }
}

struct DomainsRemove: CairnCommand {
    static let configuration = CommandConfiguration.cairn("domains:remove", "Remove domains from an app.")

    @Argument(help: "The app.") var app: String
    @Argument(help: "The domains.") var domains: [String] = []

    func run(in context: CommandContext) async throws {
        let unwanted = try DomainChange.parse(domains)
        let app = try context.app(app)
        let old = try context.store().domains(of: app)
        try await DomainChange(app: app, verb: "remove", context: context).store(old.filter { !unwanted.contains($0) })
        for domain in unwanted {
            context.output.step(
                old.contains(domain)
                    ? "Removed \(domain) from \(app.name)" : "Skipping: \(domain) is no domain of \(app.name)")
        }
    }
}

struct DomainsSet: CairnCommand {
    static let configuration = CommandConfiguration.cairn("domains:set", "Replace the domains of an app.")

    @Argument(help: "The app.") var app: String
    @Argument(help: "The domains.") var domains: [String] = []

    func run(in context: CommandContext) async throws {
        let wanted = try DomainChange.parse(domains)
        let app = try context.app(app)
        let change = DomainChange(app: app, verb: "set", context: context)
        try await change.store(wanted)
        try change.save([])
        context.output.step("Set \(wanted.map(\.rawValue).joined(separator: " ")) for \(app.name)")
    }
}
