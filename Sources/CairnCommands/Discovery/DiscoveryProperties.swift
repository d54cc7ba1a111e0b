import CairnCatalog
import CairnCore
import CairnDNS
import CairnDeploy
import CairnDiscovery
import CairnStore

enum DiscoveryProperties: PropertyNamespace {
    static let name = "discovery"
    static let definitions: [PropertyDefinition] = [
        PropertyDefinition("domain", .global, standard: DiscoverySettings.standardDomain, .dnsDomain),
        PropertyDefinition("node-name", .global, .dnsLabel),
        PropertyDefinition("ip", .global, .ipAddress),
        PropertyDefinition("dns-listen", .global, .dnsListenAddresses),
        PropertyDefinition("dns-ttl", .global, standard: "0", .whole(0...86_400)),
        PropertyDefinition("dns-only-passing", .global, standard: "false", .flag),
        PropertyDefinition("dns-strict", .global, standard: "false", .flag),
        PropertyDefinition("recursors", .global, .recursors),
        PropertyDefinition("http-listen", .global, .httpListenAddresses),
        PropertyDefinition("http-token", .global, .token),
        PropertyDefinition("backends", .global, .backends),
        PropertyDefinition(
            "register", .global, standard: "published", .oneOf("published", "internal", "explicit", "none")),
        PropertyDefinition("tags", .global, .registratorTags),
        PropertyDefinition("always-suffix", .global, standard: "false", .flag),
        PropertyDefinition("ip-label", .global, .text),
        PropertyDefinition("strict", .global, standard: "false", .flag),
        PropertyDefinition("ttl", .global, standard: "60", .whole(6...86_400)),
        PropertyDefinition("resolver", standard: "false", .flag),
        PropertyDefinition("resolver-address", .global, .ipAddress),
        PropertyDefinition("open", .app, standard: "false", .flag),
    ]

    /// What the host's own settings say, or the daemon has found out.
    static func standard(of definition: PropertyDefinition, in context: CommandContext) throws -> String {
        switch definition.key {
        case "dns-listen": context.settings.dnsListen
        case "http-listen": context.settings.httpListen
        case "node-name": try context.store().ownNode().name
        case "ip": try context.store().ownNode().address
        default: definition.standard
        }
    }

    static func apply(_ key: String, in scope: Scope, _ context: CommandContext) async throws {
        let platform = try context.platform()
        if key == "open", case .app(let name) = scope { try await platform.openChanged(context.store().app(name)) }
        if key == "resolver" {
            context.output.detail("Containers that run get this when they are started anew, such as by ps:restart.")
        }
        if !platform.ringDaemon(), scope == .global {
            context.output.detail("The daemon does not run; it will find this when it starts.")
        }
    }
}

extension Namespace {
    static let discovery = Namespace(
        "discovery", "How services are registered and looked up",
        [PropertyReport<DiscoveryProperties>.self, PropertySet<DiscoveryProperties>.self])
}
