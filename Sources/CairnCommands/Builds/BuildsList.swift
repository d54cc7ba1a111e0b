import ArgumentParser
import CairnCore
import CairnStore

struct BuildsList: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "builds:list", "List the builds and deploys of an app, or all that run now.",
        usage: "[--kind <kind>] [--status <status>] [--format <format>] [<app>]")

    @Option(help: "Only these: build, or deploy.") var kind: String?
    @Option(help: "Only these: running, succeeded, failed, canceled, or abandoned.") var status: String?
    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String?

    func run(in context: CommandContext) async throws {
        if let kind, !["build", "deploy"].contains(kind) {
            throw CairnError(.invalidValue, "Invalid --kind value \"\(kind.excerpt())\" (allowed: build, deploy)")
        }
        if let status, !BuildView.statuses.contains(status) {
            throw CairnError(
                .invalidValue,
                "Invalid --status value \"\(status.excerpt())\" (allowed: \(BuildView.statuses.joined(separator: ", ")))"
            )
        }
        let app = try app.map(context.app)
        let builds = try await found(app, context)
        if format.isJSON { return context.output.json(.array(builds.map(\.json))) }
        if builds.isEmpty {
            return context.output.line(app == nil ? "No builds currently running" : "No builds recorded for this app")
        }
        print(builds, isOneApp: app != nil, context.output)
    }

    private func found(_ app: App?, _ context: CommandContext) async throws -> [BuildView] {
        let all: [BuildView]
        if let app {
            all = try context.builds(of: app)
        } else {
            let apps = Dictionary(try await context.visibleApps().map { ($0.id, $0) }) { $1 }
            all = try context.store().runningBuilds().compactMap { build in
                try apps[build.appID].map { try BuildView(build, of: $0, context) }
            }.filter { $0.isRunning || status == "abandoned" }
        }
        return all.filter { ($0.build.kind == kind ?? $0.build.kind) && ($0.status == status ?? $0.status) }
    }

    private func print(_ builds: [BuildView], isOneApp: Bool, _ output: Output) {
        if isOneApp {
            output.table(
                ["Build ID", "Kind", "Status", "PID", "Source", "Started", "Duration", "Cached"],
                builds.map {
                    [
                        $0.build.id, $0.build.kind, $0.status, "\($0.build.pid)", $0.build.source,
                        $0.build.startedAt.rfc3339, $0.duration, $0.cached ?? "",
                    ]
                })
        } else {
            output.table(
                ["App", "Build ID", "Kind", "PID", "Source", "Started"],
                builds.map {
                    [
                        $0.app.name.rawValue, $0.build.id, $0.build.kind, "\($0.build.pid)", $0.build.source,
                        $0.build.startedAt.rfc3339,
                    ]
                })
        }
    }
}
