import ArgumentParser
import CairnCatalog
import CairnCore
import CairnStore

struct ServicesList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "services:list", "List the services of the catalog and how many of their instances are well.",
        discussion: "Apps are in it by themselves, and so is every container with a published port.")
    static let takesApp = false

    @OptionGroup var format: FormatOption
    @Option(help: "Only services with this tag.") var tag: String?

    func run(in context: CommandContext) async throws {
        let catalog = try context.store().catalog()
        let names = catalog.services.keys.sorted().filter { name in
            tag.map { tag in catalog.entries(named: name).contains { $0.hasTag(tag) } } ?? true
        }
        if format.isJSON {
            return context.output.json(
                .array(
                    names.map { ["name": .string($0), "instances": .array(catalog.entries(named: $0).map(\.json))] })
            )
        }
        context.output.table(
            ["SERVICE", "PASSING", "ORIGIN", "TAGS", "AT"],
            names.map { name in
                let entries = catalog.entries(named: name)
                let passing = entries.count { $0.status == .passing }
                return [
                    name, "\(passing)/\(entries.count)", Set(entries.map(\.origin)).sorted().joined(separator: ", "),
                    Set(entries.flatMap(\.service.tags)).sorted().joined(separator: ","),
                    entries.map(\.location).joined(separator: " "),
                ]
            })
    }
}
