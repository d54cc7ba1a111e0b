import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct PortsList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "ports:list", "List the port mappings of an app that were set by hand.")

    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let mappings = try context.store().portMappings(of: app)
        if format.isJSON { return context.output.json(PortMappings.json(mappings)) }
        guard !mappings.isEmpty else {
            let detected = try context.platform().portMappings(of: app).map(\.description).joined(separator: " ")
            throw CairnError(
                .notFound, "No port mappings configured for app",
                hint: "Detected: \(detected). Set others with 'cairn ports:set \(app.name) http:80:5000'.")
        }
        context.output.step("Port mappings for \(app.name)")
        context.output.table(
            ["scheme", "host port", "container port"],
            mappings.map { [$0.scheme.rawValue, "\($0.hostPort)", "\($0.containerPort)"] }, indent: "    ")
    }
}

enum PortMappings {
    static func json(_ mappings: [PortMapping]) -> JSONValue {
        .array(
            mappings.map {
                [
                    "scheme": .string($0.scheme.rawValue), "host_port": .integer($0.hostPort),
                    "container_port": .integer($0.containerPort),
                ]
            })
    }
}

/// `ports:report`: all facts. `map` is what was set by hand; `map-detected` what holds without it.
enum PortsReportSource: PropertyNamespace {
    static let name = "ports"
    static let repeatsKeysWithPrefix = true
    static let definitions: [PropertyDefinition] = []

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        let own = try context.store().portMappings(of: app)
        let detected = own.isEmpty ? try context.platform().portMappings(of: app) : []
        return [
            ReportRow("ports-map", own.map(\.description).joined(separator: " ")),
            ReportRow("ports-map-detected", detected.map(\.description).joined(separator: " ")),
            ReportRow("ports-map-json", PortMappings.json(own).text),
            ReportRow("ports-map-detected-json", PortMappings.json(detected).text),
        ]
    }
}

typealias PortsReport = PropertyReport<PortsReportSource>
