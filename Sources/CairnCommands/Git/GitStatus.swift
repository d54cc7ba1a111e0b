import ArgumentParser
import CairnCore
import CairnStore
import LibGit

struct GitStatus: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:status", "Show what the deploy branch of an app holds, and what of it runs.",
        usage: "<app> [--format <format>]")

    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let store = try context.store()
        let configured = try store.effectiveProperties("git", of: app.name)["deploy-branch"]
        do {
            let repository = try Repository(path: context.settings.repository(of: app.name))
            let branch =
                try configured ?? ["main", "master"].first { try repository.reference("refs/heads/\($0)") != nil }
            var status = BranchStatus(branch: branch ?? "main", release: try store.currentRelease(of: app))
            if let branch, let tip = try repository.reference("refs/heads/\(branch)") {
                status.tip = (tip, try repository.commit(tip).summary)
            }
            if format.isJSON { context.output.json(status.json) } else { status.lines.forEach(context.output.line) }
        } catch let error as GitError {
            throw CairnError(
                .git, "The repository of \(app.name) cannot be read: \(error.message.visible)",
                hint: "Make it anew with 'cairn git:initialize \(app.name)', then push.")
        }
    }
}

/// The deploy branch of an app beside what of it runs.
private struct BranchStatus {
    let branch: String
    let release: Release?
    /// Nil while the branch has no commit.
    var tip: (id: ObjectID, summary: String)?

    private var isDeployed: Bool { tip != nil && release?.content.revision == tip?.id.description }

    var lines: [String] {
        guard let tip else { return ["On branch \(branch), no commits yet"] }
        let head = "On branch \(branch) at \(tip.id.short): \(tip.summary.visible)"
        guard let release else { return [head, "Nothing is deployed"] }
        if isDeployed { return [head, "Deployed as v\(release.version)"] }
        let revision = (release.content.revision ?? "").prefix(8)
        return [head, "Not deployed: v\(release.version) runs \(revision) (\(release.content.source))"]
    }

    var json: JSONValue {
        [
            "branch": .string(branch),
            "commit": tip.map { .string($0.id.description) } ?? .null,
            "summary": tip.map { .string($0.summary) } ?? .null,
            "deployed": .bool(isDeployed),
            "release": release.map { .integer($0.version) } ?? .null,
            "release_commit": release?.content.revision.map(JSONValue.string) ?? .null,
            "release_source": release.map { .string($0.content.source) } ?? .null,
        ]
    }
}
