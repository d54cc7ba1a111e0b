import ArgumentParser
import CairnCatalog
import CairnCore
import CairnStore

struct ServicesWatch: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "services:watch", "Print what changes in the catalog, as it changes.",
        usage: "[<name>] [--format <format>]",
        discussion: "Begins with what is there. With --format json each change is one line of JSON.")
    static let takesApp = false

    @OptionGroup var format: FormatOption
    @Argument(help: "Only this service.") var name: String?

    func run(in context: CommandContext) async throws {
        let store = try context.store()
        // Every commit of any process appends to this file or begins it anew.
        let watch = try FileWatch(path: context.settings.database + "-wal")
        var known = try entries(store)
        for entry in known.values.sorted(by: { $0.service.key < $1.service.key }) { print("is", entry, context.output) }
        while watch.waitForChange() {
            let now = try entries(store)
            for (key, entry) in known.sorted(by: { $0.key < $1.key }) where now[key] == nil {
                print("gone", entry, context.output)
            }
            for (key, entry) in now.sorted(by: { $0.key < $1.key }) {
                guard let old = known[key] else {
                    print("new", entry, context.output)
                    continue
                }
                if old.status != entry.status || !old.service.isSame(as: entry.service) {
                    print("changed", entry, context.output)
                }
            }
            known = now
        }
    }

    private func entries(_ store: Store) throws -> [Service.Key: ServiceEntry] {
        let catalog = try store.catalog()
        let entries = name.map(catalog.entries(named:)) ?? Array(catalog.entries)
        return Dictionary(entries.map { ($0.service.key, $0) }) { first, _ in first }
    }

    private func print(_ change: String, _ entry: ServiceEntry, _ output: Output) {
        if format.isJSON { return output.json(["change": .string(change), "service": entry.json]) }
        let reason = entry.reason.isEmpty || change == "gone" ? "" : "  \(entry.reason.excerpt(120))"
        let status = change == "gone" ? "" : entry.status.rawValue
        output.line(
            "\(change.padded(to: 8)) \(entry.service.name.visible)  \(entry.location.visible)  \(status)\(reason.visible)"
        )
    }
}
