import CairnCore
import CairnDeploy
import CairnStore

enum ProxyProperties: PropertyNamespace {
    static let name = "proxy"
    static let repeatsKeysWithPrefix = true
    static let definitions = [
        PropertyDefinition("type", standard: "nginx", .oneOf("nginx")),
        PropertyDefinition("proxy-port", .port),
        PropertyDefinition("proxy-ssl-port", .port),
        PropertyDefinition("disabled", .app, standard: "false", .flag),
    ]

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        let disabled = try context.store().property(name, "disabled", in: .app(app.name)) == "true"
        return [ReportRow("proxy-computed-disabled", disabled), ReportRow("proxy-enabled", !disabled)]
    }

    static func apply(_ key: String, in scope: Scope, _ context: CommandContext) async throws {
        try await NginxProperties.apply(key, in: scope, context)
    }
}
