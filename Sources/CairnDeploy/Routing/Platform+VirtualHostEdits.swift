import CairnCore
import CairnNginx
import CairnPlugins
import Foundation
import SystemPackage

/// What plugins do to an app's configuration of nginx: with `nginx-app-template-source` they put another text in its place,
/// with `nginx-pre-reload` they change it.
extension Platform {
    /// The triggers at which they do so.
    static let editTriggers: [Trigger] = [.nginxAppTemplateSource, .nginxPreReload]

    /// The change that plugins make to the app's file; nil when none wants to.
    ///
    /// They are asked before the configuration is locked, since that keeps all other apps waiting; only when the text has
    /// become another meanwhile are they asked again.
    func pluginEdit(of host: VirtualHost, reporter: any ProgressReporter) async throws -> NginxServer.Edit? {
        guard Self.editTriggers.contains(where: triggers.isImplemented), let text = try await nginx.preview(host) else {
            return nil
        }
        let edited = try await askPlugins(toEdit: text, of: host, reporter)
        return { path in
            let staged = try Self.read(path.string)
            let result = staged == text ? edited : try await askPlugins(toEdit: staged, of: host, reporter)
            try Self.write(result, to: path.string)
        }
    }

    /// Plugins change the file `<root>/dokku/APP/nginx.conf`, where they also look for it at other times.
    private func askPlugins(
        toEdit text: String, of host: VirtualHost, _ reporter: any ProgressReporter
    ) async throws -> String {
        let text = try await PluginTemplate.ask(for: host, instead: text, triggers, reporter)
        guard triggers.isImplemented(.nginxPreReload) else { return text }
        let app = host.app
        let path = "\(settings.root)/dokku/\(app)/nginx.conf"
        try Self.write(text, to: path)
        try await triggers.fire(
            .nginxPreReload, arguments: [app.rawValue, "", ""], environment: ["CAIRN_TRIGGER": "nginx-pre-reload"],
            reporter: reporter)
        return try Self.read(path)
    }

    /// A file that people write is no longer than this. In bytes.
    private static let maximumSize = 4 << 20

    private static func read(_ path: String) throws(CairnError) -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count <= maximumSize,
            let text = String(validating: data, as: UTF8.self)
        else {
            throw CairnError(
                .pluginAnswer, "After 'nginx-pre-reload' the file \(path) is gone, is not text, or has more than 4 MiB",
                hint: "A plugin that implements nginx-pre-reload did that; 'cairn plugin:list' shows which are enabled."
            )
        }
        return text
    }

    private static func write(_ text: String, to path: String) throws(CairnError) {
        do {
            let directory = FilePath(path).removingLastComponent().string
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        } catch {
            throw CairnError(
                .io, "The file \(path) cannot be written: \(error.localizedDescription)",
                hint: "Check its owner and the free space of the state root.")
        }
    }
}
