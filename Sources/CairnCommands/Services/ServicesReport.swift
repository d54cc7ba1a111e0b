import ArgumentParser
import CairnCatalog
import CairnCore
import CairnDiscovery
import CairnStore

/// `services:report`: the catalog in figures, and how it stands with what it is asked by.
struct ServicesReport: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "services:report", "Show the catalog in figures, and how the servers and backends of discovery are.")
    static let takesApp = false

    @OptionGroup var format: FormatOption

    func run(in context: CommandContext) async throws {
        let catalog = try context.store().catalog()
        let status = DiscoveryStatus.current(root: context.settings.root)
        let entries = Array(catalog.entries)
        if format.isJSON { return context.output.json(json(catalog, entries, status)) }
        let output = context.output
        output.headline("services information")
        row("Node", "\(catalog.own.name) at \(catalog.own.address)", output)
        row("Services", "\(catalog.services.count)", output)
        row(
            "Instances",
            HealthStatus.allCases.map { status in "\(entries.count { $0.status == status }) \(status.rawValue)" }
                .joined(separator: ", "), output)
        row("Index", "\(catalog.index)", output)
        guard let status else {
            row("Daemon", "does not run: nothing answers DNS and HTTP, and no check is made", output)
            return output.warning("Start it: 'systemctl start cairn', or 'cairn daemon' where there is no systemd.")
        }
        row("Daemon", "runs", output)
        for line in status.lines { row(line.label, "\(line.name): \(line.text)", output) }
    }

    private func row(_ label: String, _ value: String, _ output: Output) {
        output.line("       " + (label + ":").padded(to: 31) + value.visible)
    }

    private func json(
        _ catalog: CatalogSnapshot, _ entries: [ServiceEntry], _ status: DiscoveryStatus?
    ) -> JSONValue {
        [
            "node": .string(catalog.own.name), "address": .string(catalog.own.address),
            "services": .integer(catalog.services.count), "index": .integer(Int(clamping: catalog.index)),
            "instances": .object(
                Dictionary(
                    uniqueKeysWithValues: HealthStatus.allCases.map { status in
                        (status.rawValue, .integer(entries.count { $0.status == status }))
                    })),
            "daemon": .bool(status != nil),
            "servers": .array(
                (status?.lines ?? []).map {
                    [
                        "kind": .string($0.kind), "name": .string($0.name), "well": .bool($0.isWell),
                        "text": .string($0.text),
                    ]
                }),
        ]
    }
}

extension DiscoveryStatus.Line {
    fileprivate var label: String {
        switch kind {
        case "dns": "DNS"
        case "http": "HTTP"
        default: "Backend"
        }
    }
}
