import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore

/// A change of an app's domains: rows, the timeline, nginx and the plugins, in this order.
struct DomainChange {
    /// Where `domains:disable` keeps the names for `domains:enable`.
    static let namespace = "domains"
    static let savedKey = "disabled-names"

    let app: App
    /// As the plugins know it: `add`, `remove`, `set`, `clear`, `reset`, `enable`, `disable`.
    let verb: String
    let context: CommandContext

    /// Stores the new list, which must differ from the old one, and routes.
    ///
    /// - Throws: `E-DOMAIN-TAKEN` and what nginx refuses; the list is the old one then.
    func store(_ domains: [Domain]) async throws {
        let store = try context.store()
        let old = try store.domains(of: app)
        guard Set(old) != Set(domains) else { return }
        try store.setDomains(domains, of: app)
        try await context.reroute(app) { try store.setDomains(old, of: app) }
        let names = domains.map(\.rawValue)
        try store.addEvent(
            "domains-changed", app: app.name, actor: context.actor, ([verb] + names).joined(separator: " "))
        try await context.platform().triggers.fire(
            .postDomainsUpdate, arguments: [app.name.rawValue, verb] + changed(from: old, to: domains),
            environment: [:], reporter: context.reporter)
    }

    /// The names that a change is about.
    private func changed(from old: [Domain], to new: [Domain]) -> [String] {
        switch verb {
        case "add": new.filter { !old.contains($0) }.map(\.rawValue)
        case "remove": old.filter { !new.contains($0) }.map(\.rawValue)
        default: new.map(\.rawValue)
        }
    }

    /// The names that `domains:disable` put aside.
    func saved() throws -> [Domain] {
        let text = try context.store().property(Self.namespace, Self.savedKey, in: .app(app.name)) ?? ""
        return try text.split(separator: " ").map { try Domain(validating: String($0)) }
    }

    func save(_ domains: [Domain]) throws {
        try context.store().setProperty(
            Self.namespace, Self.savedKey, to: domains.map(\.rawValue).joined(separator: " "), in: .app(app.name))
    }

    /// The domains that words name, without repetitions.
    ///
    /// - Throws: `E-USAGE` when there are none, `E-INVALID-NAME` for the first bad one.
    static func parse(_ words: [String]) throws -> [Domain] {
        guard !words.isEmpty else {
            throw CairnError(.usage, "Please specify a domain name", hint: "Such as: www.example.com")
        }
        var seen: Set<Domain> = []
        return try words.map { try Domain(validating: $0) }.filter { seen.insert($0).inserted }
    }
}
