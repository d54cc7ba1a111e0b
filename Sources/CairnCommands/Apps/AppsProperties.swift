import CairnCore
import CairnStore
import Foundation

enum AppsProperties: PropertyNamespace {
    static let name = "apps"
    static let title = "app"
    static let prefix = "app"
    static let repeatsKeysWithPrefix = true
    static let definitions = [
        PropertyDefinition("disable-autocreation", .global, standard: "false", .flag)
    ]

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        let release = try context.store().currentRelease(of: app)?.content
        return [
            ReportRow("app-deploy-source", release?.source ?? ""),
            ReportRow("app-deploy-source-metadata", release?.revision ?? ""),
            ReportRow("app-created-at", "\(Int(app.createdAt.timeIntervalSince1970))"),
            ReportRow("app-dir", context.settings.repository(of: app.name)),
            ReportRow("app-locked", app.lock != nil),
        ]
    }
}
