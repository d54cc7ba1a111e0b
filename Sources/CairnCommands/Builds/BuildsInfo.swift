import ArgumentParser
import CairnCore
import CairnStore

struct BuildsInfo: CairnCommand {
    static let configuration = CommandConfiguration.cairn("builds:info", "Show the record of one build.")

    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String
    @Argument(help: "The build's id.") var id: String?

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        guard let id else {
            throw CairnError(.usage, "Please specify a build id", hint: "'cairn builds:list \(app.name)' shows them.")
        }
        let view = try context.build(id, of: app)
        if format.isJSON { return context.output.json(view.json) }
        let build = view.build
        var rows = [
            ("Build ID", build.id), ("App", app.name.rawValue), ("Kind", build.kind), ("Status", view.status),
            ("PID", "\(build.pid)"), ("Source", build.source), ("By", build.actor),
            ("Started", build.startedAt.rfc3339),
        ]
        if let revision = build.revision { rows.append(("Revision", revision)) }
        if let end = build.finishedAt { rows.append(("Finished", end.rfc3339)) }
        rows.append(("Duration", view.duration))
        if let code = build.exitCode { rows.append(("Exit Code", "\(code)")) }
        if let version = build.releaseVersion { rows.append(("Release", "v\(version)")) }
        if let cached = view.cached { rows.append(("Cached", cached)) }
        rows += (view.notes?.buildpacks ?? []).map { ("Buildpack", $0) }
        rows += build.timings.map { ("Time \($0.phase)", ReleasesInfo.seconds($0.seconds)) }
        rows.append(("Log", view.logPath))
        for (label, value) in rows { context.output.line("\(label):".padded(to: 16) + value.visible) }
    }
}
