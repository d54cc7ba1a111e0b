import ArgumentParser
import CairnCore
import CairnPlugins
import CairnStore
import Foundation

struct LogsFailed: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "logs:failed", "Show the log of the last deploy of an app that failed.", usage: "(<app> | --all)")

    @Flag(help: "Of every app.") var all = false
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        guard all || app != nil else { throw CairnError(.usage, "Please specify an app to run the command on") }
        let apps = try await all ? context.visibleApps() : [context.app(app ?? "")]
        for app in apps {
            context.output.headline("\(app.name) failed deploy logs")
            if try await context.delegates(.schedulerLogsFailed, of: app) { continue }
            guard let build = try context.store().builds(of: app).first(where: { $0.status == .failed }) else {
                continue
            }
            let path = context.settings.buildLog(of: app.name, id: build.id)
            // The log was made harmless when it was written.
            guard let log = FileManager.default.contents(atPath: path) else {
                context.output.warning("The log of build \(build.id) is gone: \(path)")
                continue
            }
            context.output.bytes(Array(log))
        }
    }
}
