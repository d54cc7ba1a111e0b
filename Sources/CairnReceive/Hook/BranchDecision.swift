public import CairnCore
public import LibGit

/// What a push means for its app: which of the pushed references, if any, is to be deployed.
public struct BranchDecision: Sendable, Equatable {
    /// A commit to deploy.
    public struct Target: Sendable, Equatable {
        public let commit: ObjectID
        public let branch: String
        /// Whether this push makes the branch the app's deploy branch, as none had been set.
        public let becomesDeployBranch: Bool
    }

    /// What is deployed; nil when the push is only stored.
    public let target: Target?
    /// What the pusher is told when nothing is deployed although a branch was pushed, and how to deploy it.
    public let warning: String?
    public let advice: String?

    /// The names that a deploy branch has when nobody chose one.
    public static let standardBranches = ["main", "master"]

    /// Decides, from nothing but its arguments.
    ///
    /// - Parameters:
    ///   - updates: All that the push moves.
    ///   - configured: The branch that was set for the app or for the whole host; nil when none was.
    ///   - existing: The branches in the repository before the push.
    /// - Throws: `E-NOT-ALLOWED` when the push would delete the deploy branch.
    public init(_ updates: [RefUpdate], configured: String?, existing: Set<String>) throws(CairnError) {
        let pushed = updates.filter { !$0.isDeletion }.compactMap(\.branch)
        let known = configured.map(Self.shortName) ?? Self.standardBranches.first(where: existing.contains)
        // Nobody chose and nothing was deployed yet: the first of the usual names to arrive is chosen.
        let chosen = known ?? Self.standardBranches.first(where: pushed.contains)
        let deployBranch = chosen ?? Self.standardBranches[0]
        if let update = updates.first(where: { $0.branch == deployBranch }) {
            guard !update.isDeletion else { throw Self.deletion(of: deployBranch) }
            target = Target(commit: update.new, branch: deployBranch, becomesDeployBranch: configured == nil)
            warning = nil
            advice = nil
        } else {
            target = nil
            let other = pushed.first
            let allowed = chosen == nil ? Self.standardBranches.joined(separator: " or ") : deployBranch
            warning = other.map {
                "Nothing was deployed: '\($0.excerpt())' is stored, but to deploy you must push to \(allowed)."
            }
            advice = other.map { "For example: git push <remote> \(ShellWords.quote("\($0.visible):\(deployBranch)"))" }
        }
    }

    /// `refs/heads/main` is as good a way to set a branch as `main`.
    private static func shortName(_ branch: String) -> String {
        branch.hasPrefix("refs/heads/") ? String(branch.dropFirst("refs/heads/".count)) : branch
    }

    private static func deletion(of branch: String) -> CairnError {
        CairnError(
            .notAllowed, "The branch '\(branch)' cannot be deleted: the app is deployed from it",
            hint: "To deploy from another branch: cairn git:set <app> deploy-branch <branch>. "
                + "To remove the app: cairn apps:destroy <app>.")
    }
}
