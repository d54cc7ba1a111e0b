import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore

struct ReleasesInfo: CairnCommand {
    static let configuration = CommandConfiguration.cairn("releases:info", "Show one release of an app.")

    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String
    @Argument(help: "The release, such as v12; without it the current one.") var version: String?

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let release = try release(of: app, context.store())
        let isCurrent = release.id == app.currentRelease
        if format.isJSON { return context.output.json(release.json(isCurrent: isCurrent)) }
        context.output.headline("\(app.name) v\(release.version)")
        for (label, value) in rows(release, isCurrent: isCurrent) {
            context.output.line("       " + "\(label):".padded(to: 18) + value.visible)
        }
    }

    private func release(of app: App, _ store: Store) throws -> Release {
        if let version { return try store.release(version: ReleaseVersion.parse(version), of: app) }
        guard let current = try store.currentRelease(of: app) else {
            throw CairnError(
                .notDeployed, "App \(app.name) has not been deployed", hint: "Push to it: git push cairn main")
        }
        return current
    }

    private func rows(_ release: Release, isCurrent: Bool) -> [(String, String)] {
        let content = release.content
        var rows = [
            ("Status", isCurrent ? "current" : release.status.rawValue), ("Created", release.createdAt.rfc3339),
            ("By", release.actor), ("Description", release.description), ("Source", content.source),
            ("Builder", content.builder), ("Image", release.imageID),
        ]
        if let revision = content.revision { rows.insert(("Revision", revision), at: 5) }
        rows += (content.build?.buildpacks ?? []).map { ("Buildpack", $0) }
        if let old = content.rollbackOf { rows.append(("Rollback of", "v\(old)")) }
        if let failure = release.failure { rows.append(("Failure", failure)) }
        rows += content.commands.sorted { $0.key < $1.key }.map { ("Process \($0.key)", $0.value) }
        rows.append(("Config vars", content.config.keys.sorted().joined(separator: " ")))
        rows += release.timings.map { ("Time \($0.phase)", Self.seconds($0.seconds)) }
        return rows
    }

    static func seconds(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
}
