import ArgumentParser
import CairnCatalog
import CairnCore
import CairnDeploy
import CairnDiscovery
import CairnStore

struct ServicesRegister: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "services:register", "Put a service into the catalog that runs outside of containers, or elsewhere.",
        usage:
            "<name> --port <port> [--address <address>] [--id <id>] [--tag <tag>]... [--meta <key>=<value>]... [--check <check>]",
        discussion: """
            Registering the same id again changes what is there. A check is 'tcp', 'http:/path', 'https:/path', or 'ttl:30s', \
            which has to be renewed over HTTP; the daemon makes the others.
            """)
    static let takesApp = false

    @Option(help: "Where it is: an IP address or a name. This host without it.") var address: String?
    @Option(help: "The port it listens on; 0 for none.") var port: Int
    @Option(help: "Tells instances of the same name apart.") var id: String?
    @Option(help: "A tag; may be repeated.") var tag: [String] = []
    @Option(help: "A fact, as KEY=VALUE; may be repeated.") var meta: [String] = []
    @Option(help: "How it is found out whether it is well.") var check: String?
    @Option(help: "From one check to the next, such as 10s.") var interval: String?
    @Argument(help: "What it is looked up by.") var name: String

    func run(in context: CommandContext) async throws {
        let store = try context.store()
        let name = try ServiceName(validating: name)
        try name.refuseReserved(in: store)
        let node = try store.ownNode()
        var service = Service(
            node: node.name, id: try id.map { try ServiceText.checked($0, "The id") } ?? name.rawValue,
            name: name.rawValue, tags: try tag.map { try ServiceText.checked($0, "The tag") },
            meta: try ServiceText.pairs(meta), address: try address.map(ServiceText.address) ?? "", port: port,
            origin: .agent)
        guard (0...65535).contains(port) else {
            throw CairnError(.invalidValue, "\(port) is no port", hint: "Ports are from 0 to 65535.")
        }
        if let old = try store.service(service.key), old.origin != .agent {
            throw CairnError(
                .notAllowed, "'\(service.id.excerpt())' was not registered by hand",
                hint: "Choose another id with --id.")
        }
        if service.address.isEmpty { service.address = node.address }
        let probe = try check.map { try CheckText(parsing: $0, at: service, interval: interval) }
        try store.register([ServiceRegistration(service: service, checks: probe.map { [$0.check] } ?? [])])
        try store.addEvent("registered", actor: context.actor, "\(service.name) \(service.id)")
        try context.platform().ringDaemon()
        context.output.step("Registered \(service.name) at \(service.address):\(service.port) as \(service.id)")
    }
}

struct ServicesDeregister: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "services:deregister", "Take a service out of the catalog that was registered by hand or over HTTP.",
        usage: "<id> [--node <node>]")
    static let takesApp = false

    @Option(help: "The node it is on; this host without it.") var node: String?
    @Argument(help: "The id, as services:info shows it.") var id: String

    func run(in context: CommandContext) async throws {
        let store = try context.store()
        let key = Service.Key(node: try node ?? store.ownNode().name, id: id)
        guard let service = try store.service(key) else {
            throw CairnError(
                .notFound, "No service has the id '\(id.excerpt())'", hint: "'cairn services:info NAME' shows the ids.")
        }
        switch service.origin {
        case .app(let instance):
            throw CairnError(
                .notAllowed, "'\(id.excerpt())' is a copy of the app \(instance.app)",
                hint: "Scale it down: cairn ps:scale \(instance.app) \(instance.name.process)=0")
        case .container(let container):
            throw CairnError(
                .notAllowed,
                "'\(id.excerpt())' is the container \(container.prefix(12)), which is registered while it runs",
                hint: "Stop the container, or start it with the label SERVICE_IGNORE=true.")
        case .agent, .catalog, .process: break
        }
        try store.deregister([key])
        try store.addEvent("deregistered", actor: context.actor, "\(service.name) \(service.id)")
        try context.platform().ringDaemon()
        context.output.step("Deregistered \(service.name) \(service.id)")
    }
}
