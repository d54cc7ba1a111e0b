import CairnCore
import CairnDeploy
import CairnNginx
import CairnStore

enum NginxProperties: PropertyNamespace {
    static let name = "nginx"
    static let definitions = NginxSettings.Key.allCases.map { key in
        PropertyDefinition(
            key.rawValue, standard: key.defaultText,
            .checked("a value that nginx takes there") { try NginxSetting(validating: key.rawValue, $0).text })
    }

    /// An app's setting is in effect at once. A setting of the host asks for every virtual host anew, which is for
    /// `proxy:build-config --all` to do at a time of one's choice.
    static func apply(_ key: String, in scope: Scope, _ context: CommandContext) async throws {
        switch scope {
        case .app(let name): try await context.reroute(context.store().app(name))
        case .global: context.output.detail("To bring it to the apps: cairn proxy:build-config --all")
        }
    }
}
