import CairnCore
import CairnDeploy
import CairnReceive
import CairnStore
import Foundation

enum GitProperties: PropertyNamespace {
    static let name = "git"
    static let definitions = [
        PropertyDefinition("deploy-branch", standard: BranchDecision.standardBranches[0], .branch),
        PropertyDefinition(
            GitService.maximumSizeProperty, standard: "\(GitService.standardMaximumSize)", .whole(1...(1 << 40))),
        PropertyDefinition("archive-max-files", standard: "\(ArchiveLimits().files)", .whole(1...1_000_000)),
        PropertyDefinition("archive-max-size", standard: "\(ArchiveLimits().size)", .whole(1...(1 << 40))),
        PropertyDefinition(GitProperty.keepsDirectory, standard: "false", .flag),
        PropertyDefinition("rev-env-var", .app, standard: "GIT_REV", .revisionVariable),
        PropertyDefinition("source-image", .app, .image),
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

extension PropertyKind {
    fileprivate static let revisionVariable = checked("the name of a variable, or none") { text in
        text == "none" ? text : try ConfigKey(validating: text).rawValue
    }

    fileprivate static let image = checked("the name of an image") { try ImageName(validating: $0).rawValue }
}
