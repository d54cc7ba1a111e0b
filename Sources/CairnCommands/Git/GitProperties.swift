import CairnCore
import CairnReceive
import CairnStore
import Foundation

enum GitProperties: PropertyNamespace {
    static let name = "git"
    static let definitions = [
        PropertyDefinition("deploy-branch", standard: BranchDecision.standardBranches[0], .branch),
        PropertyDefinition(
            GitService.maximumSizeProperty, standard: "\(GitService.standardMaximumSize)", .whole(1...(1 << 40))),
    ]

    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] {
        guard let app else { return [] }
        let release = try context.store().currentRelease(of: app)
        return [
            ReportRow("git-sha", release?.content.revision ?? ""),
            ReportRow("git-last-updated-at", release.map { "\(Int($0.createdAt.timeIntervalSince1970))" } ?? ""),
        ]
    }
}
