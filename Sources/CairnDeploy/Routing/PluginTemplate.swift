import CairnCore
import CairnNginx
import CairnPlugins
import Foundation

/// A template of a plugin's for an app's configuration of nginx. What it makes is tested like everything that nginx reads.
struct PluginTemplate {
    let text: String
    let path: String

    /// The text of a plugin's template, with its fields filled in; Cairn's own text where no plugin names one.
    ///
    /// - Throws: `E-PLUGIN-ANSWER` for a path that cannot be read, or a template that wants more than fields.
    static func ask(
        for host: VirtualHost, instead own: String, _ triggers: any TriggerDispatching,
        _ reporter: any ProgressReporter
    ) async throws -> String {
        let trigger = Trigger.nginxAppTemplateSource
        let text = try await triggers.ask(trigger, host.app.rawValue, "app-config", reporter: reporter)
        let answer = PluginAnswer(text, to: trigger)
        guard let path = answer.firstLine else { return own }
        guard path.hasPrefix("/"), let data = FileManager.default.contents(atPath: path), data.count <= 4 << 20,
            let text = String(validating: data, as: UTF8.self)
        else {
            throw answer.refused("\(path.excerpt()) is not the path of a file with text, of no more than 4 MiB")
        }
        let template = PluginTemplate(text: text, path: path)
        do { return try template.rendered(fields(of: host, configuration: own)) } catch {
            throw answer.refused(error.message, hint: error.hint)
        }
    }

    private static func fields(of host: VirtualHost, configuration: String) -> [String: String] {
        let names = host.domains.map(\.rawValue).joined(separator: " ")
        return [
            "APP": host.app.rawValue, "CONFIGURATION": configuration, "NOSSL_SERVER_NAME": names,
            "SSL_SERVER_NAME": names, "SSL_INUSE": host.certificate == nil ? "" : "true",
            "PROXY_PORT_MAP": host.mappings.map(\.description).joined(separator: " "),
        ]
    }

    /// Fills in `{{ .FIELD }}` and `{{ $.FIELD }}`.
    ///
    /// - Throws: `E-INVALID-VALUE` for anything else in braces: the language of templates is not known here.
    func rendered(_ fields: [String: String]) throws(CairnError) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            result += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw unknown(rest[open.lowerBound...])
            }
            let action = rest[open.upperBound..<close.lowerBound]
            result += try value(of: action, fields)
            rest = rest[close.upperBound...]
        }
        return result + rest
    }

    private func value(of action: Substring, _ fields: [String: String]) throws(CairnError) -> String {
        var name = action.trimmingBlanks[...]
        if name.hasPrefix("$") { name = name.dropFirst() }
        guard name.hasPrefix("."), let value = fields[String(name.dropFirst())] else { throw unknown(action) }
        return value
    }

    private func unknown(_ action: Substring) -> CairnError {
        CairnError(
            .invalidValue,
            "\(path.excerpt()) has '\(String(action).excerpt(60))', which is no field of such a template",
            hint: "docs/plugins.md lists the fields. To keep Cairn's configuration and add to it: {{ .CONFIGURATION }}."
        )
    }
}
