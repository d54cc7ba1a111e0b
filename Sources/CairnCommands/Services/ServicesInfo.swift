import ArgumentParser
import CairnCatalog
import CairnCore
import CairnStore

struct ServicesInfo: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "services:info", "Show the instances of a service, where they are and how they are.")
    static let takesApp = false

    @OptionGroup var format: FormatOption
    @Argument(help: "The name of the service.") var name: String

    func run(in context: CommandContext) async throws {
        let entries = try context.store().catalog().require(name)
        if format.isJSON { return context.output.json(.array(entries.map(\.json))) }
        context.output.headline("\(entries[0].service.name) service information")
        for entry in entries {
            let service = entry.service
            context.output.line("       \(entry.location)  \(entry.status.rawValue)")
            var facts = [("id", service.id), ("node", entry.node.name), ("origin", entry.origin)]
            if !service.tags.isEmpty { facts.append(("tags", service.tags.joined(separator: ", "))) }
            facts += service.meta.sorted { $0.key < $1.key }.map { ("meta \($0.key)", $0.value) }
            facts += (entry.checks + entry.nodeChecks).map { check in
                (
                    "check",
                    "\(check.name): \(check.status.rawValue)\(check.output.isEmpty ? "" : " (\(check.output.excerpt(120)))")"
                )
            }
            for (label, value) in facts {
                context.output.line("         " + (label + ":").padded(to: 16) + " " + value.visible)
            }
        }
    }
}

struct ServicesHealth: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "services:health", "Show the checks of a service, or of all, with what each said last.",
        usage: "[<name>] [--failing] [--format <format>]")
    static let takesApp = false

    @OptionGroup var format: FormatOption
    @Flag(help: "Only checks that do not pass; the exit status is 1 when there are any.") var failing = false
    @Argument(help: "The name of the service.") var name: String?

    func run(in context: CommandContext) async throws {
        let catalog = try context.store().catalog()
        let entries = try name.map(catalog.require) ?? Array(catalog.entries)
        let rows = entries.flatMap { entry in entry.checks.map { (entry, $0) } }
            .filter { !failing || $0.1.status != .passing }
        if format.isJSON {
            context.output.json(
                .array(
                    rows.map { entry, check in
                        ["service": .string(entry.service.name), "id": .string(entry.service.id), "check": check.json]
                    }))
        } else {
            context.output.table(
                ["SERVICE", "AT", "CHECK", "STATUS", "SINCE", "SAID"],
                rows.map { entry, check in
                    [
                        entry.service.name, entry.location, check.name, check.status.rawValue, check.since.rfc3339,
                        check.output.excerpt(80),
                    ]
                })
        }
        if failing && !rows.isEmpty { throw ExitStatus(1) }
    }
}
