import ArgumentParser
import CairnCore
import CairnStore

// The host's own domains: every new app gets its name below each of them. Apps that exist keep theirs.

struct DomainsAddGlobal: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "domains:add-global", "Add domains of the host, below which new apps get theirs.")
    static let takesApp = false

    @Argument(help: "The domains.") var domains: [String] = []

    func run(in context: CommandContext) async throws {
        let wanted = try DomainChange.parse(domains)
        let store = try context.store()
        let old = try store.globalDomains()
        try store.setGlobalDomains(old + wanted)
        for domain in wanted {
            context.output.step(old.contains(domain) ? "Skipping: \(domain) already added" : "Added \(domain)")
        }
    }
}

struct DomainsRemoveGlobal: CairnCommand {
    static let configuration = CommandConfiguration.cairn("domains:remove-global", "Remove domains of the host.")
    static let takesApp = false

    @Argument(help: "The domains.") var domains: [String] = []

    func run(in context: CommandContext) async throws {
        let unwanted = try DomainChange.parse(domains)
        let store = try context.store()
        let old = try store.globalDomains()
        try store.setGlobalDomains(old.filter { !unwanted.contains($0) })
        for domain in unwanted {
            context.output.step(
                old.contains(domain) ? "Removed \(domain)" : "Skipping: \(domain) is no domain of the host")
        }
    }
}

struct DomainsSetGlobal: CairnCommand {
    static let configuration = CommandConfiguration.cairn("domains:set-global", "Replace the domains of the host.")
    static let takesApp = false

    @Argument(help: "The domains.") var domains: [String] = []

    func run(in context: CommandContext) async throws {
        let wanted = try DomainChange.parse(domains)
        try context.store().setGlobalDomains(wanted)
        context.output.step("Set \(wanted.map(\.rawValue).joined(separator: " "))")
    }
}

struct DomainsClearGlobal: CairnCommand {
    static let configuration = CommandConfiguration.cairn("domains:clear-global", "Remove all domains of the host.")
    static let takesApp = false

    func run(in context: CommandContext) async throws {
        context.output.step("Clearing global domains")
        try context.store().setGlobalDomains([])
    }
}
