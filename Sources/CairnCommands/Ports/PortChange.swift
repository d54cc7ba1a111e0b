import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore

/// A change of the port mappings that are set by hand: rows, nginx, the timeline and the plugins, in this order.
struct PortChange {
    let app: App
    /// As the plugins know it: `add`, `remove`, `set`, `clear`.
    let verb: String
    let context: CommandContext

    /// - Throws: what nginx refuses; the mappings are the old ones then.
    func store(_ mappings: [PortMapping]) async throws {
        let store = try context.store()
        let old = try store.portMappings(of: app)
        guard Set(old) != Set(mappings) else { return }
        try store.setPortMappings(mappings, of: app)
        try await context.reroute(app) { try store.setPortMappings(old, of: app) }
        let words = [verb] + mappings.sorted().map(\.description)
        try store.addEvent("ports-changed", app: app.name, actor: context.actor, words.joined(separator: " "))
        try await context.platform().triggers.fire(
            .postProxyPortsUpdate, app.name.rawValue, verb, reporter: context.reporter)
    }

    /// The mappings that words name, without repetitions.
    ///
    /// - Throws: `E-USAGE` when there are none, `E-INVALID-VALUE` for a bad one, or when two serve the same host port.
    static func parse(_ words: [String], beside others: [PortMapping] = []) throws -> [PortMapping] {
        guard !words.isEmpty else {
            throw CairnError(.usage, "No port mapping specified", hint: "Such as: http:80:5000")
        }
        var mappings = others
        for mapping in try words.map({ try PortMapping(parsing: $0) }) where !mappings.contains(mapping) {
            if let other = mappings.first(where: { $0.hostPort == mapping.hostPort }) {
                throw CairnError(
                    .invalidValue,
                    "Error validating port mappings: The same scheme:host-port is being reused: "
                        + "\(mapping.scheme.rawValue):\(mapping.hostPort)",
                    hint: "\(other) has that port already; remove it first, or use ports:set.")
            }
            mappings.append(mapping)
        }
        return mappings
    }
}
