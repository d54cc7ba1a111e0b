import ArgumentParser
import CairnCore
import CairnDNS
import CairnDaemon
import CairnDiscovery
import CairnStore

struct ServicesResolve: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "services:resolve", "Look a name up as DNS would answer it.",
        usage: "<name> [--type <type>] [--as <app>] [--format <format>]",
        discussion: """
            A name may be that of a service, of an app, of a process (worker.billing), of a copy (1.web.billing), or a whole \
            name of DNS. The exit status is 1 when nothing is found. Needs no daemon.
            """)
    static let takesApp = false

    @OptionGroup var format: FormatOption
    @Option(help: "A, AAAA, SRV, TXT, PTR, SOA or NS.") var type = "A"
    @Option(name: .customLong("as"), help: "What a container of this app would be answered.") var client: String?
    @Argument(help: "The name.") var name: String

    func run(in context: CommandContext) async throws {
        guard let type = DNSRecordType(name: type) else {
            throw CairnError(
                .invalidValue, "'\(type.excerpt())' is no type of record",
                hint: "Use A, AAAA, SRV, TXT, PTR, SOA or NS.")
        }
        let store = try context.store()
        let settings = DiscoverySettings(try store.properties(DiscoverySettings.namespace, in: .global))
        let view = DNSView(snapshot: try store.catalog(), leaders: try store.leaders())
        let viewer: DNSViewer = try client.map { .app(id: try context.app($0).id) } ?? .host
        let result = try Resolver(settings: DNSSettings(settings), view: view).resolve(name, type: type, as: viewer)
        if format.isJSON {
            context.output.json(
                [
                    "name": .string("\(result.name)"), "code": .string("\(result.answer.code)"),
                    "records": .array(result.answer.records.map { .string("\($0)") }),
                ])
        } else {
            for record in result.answer.records { context.output.line("\(record)") }
        }
        guard result.answer.records.isEmpty else { return }
        if !format.isJSON { context.output.warning("\(result.name): \(result.answer.reason ?? "nothing is found")") }
        throw ExitStatus(1)
    }
}
