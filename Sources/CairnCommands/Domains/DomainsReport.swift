import CairnCore
import CairnStore

/// `domains:report`: a namespace without settings of its own, whose report is all facts.
enum DomainsReportSource: PropertyNamespace {
    static let name = "domains"
    static let definitions: [PropertyDefinition] = []

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        let store = try context.store()
        let global = try store.globalDomains().map(\.rawValue)
        var rows = [
            ReportRow("domains-global-enabled", !global.isEmpty),
            ReportRow("domains-global-vhosts", global.joined(separator: " ")),
        ]
        if let app {
            let own = try store.domains(of: app).map(\.rawValue)
            rows.append(ReportRow("domains-app-enabled", !own.isEmpty))
            rows.append(ReportRow("domains-app-vhosts", own.joined(separator: " ")))
        }
        return rows
    }
}

typealias DomainsReport = PropertyReport<DomainsReportSource>
