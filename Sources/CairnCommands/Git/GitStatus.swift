import ArgumentParser
import CairnCore
import CairnStore
import LibGit

struct GitStatus: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "git:status", "Show what the deploy branch of an app holds, and what of it runs.", usage: "<app>")

    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let store = try context.store()
        let release = try store.currentRelease(of: app)
        let configured = try store.effectiveProperties("git", of: app.name)["deploy-branch"]
        do {
            let repository = try Repository(path: context.settings.repository(of: app.name))
            let branch =
                try configured ?? ["main", "master"].first { try repository.reference("refs/heads/\($0)") != nil }
            guard let branch, let tip = try repository.reference("refs/heads/\(branch)") else {
                return context.output.line("On branch \(branch ?? "main"), no commits yet")
            }
            let commit = try repository.commit(tip)
            context.output.line("On branch \(branch) at \(tip.short): \(commit.summary.visible)")
            show(release, tip, context.output)
        } catch let error as GitError {
            throw CairnError(
                .git, "The repository of \(app.name) cannot be read: \(error.message.visible)",
                hint: "Make it anew with 'cairn git:initialize \(app.name)', then push.")
        }
    }

    private func show(_ release: Release?, _ tip: ObjectID, _ output: Output) {
        guard let release else { return output.line("Nothing is deployed") }
        let revision = release.content.revision ?? ""
        if revision == tip.description { return output.line("Deployed as v\(release.version)") }
        output.line("Not deployed: v\(release.version) runs \(revision.prefix(8)) (\(release.content.source))")
    }
}
