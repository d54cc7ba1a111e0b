import CairnBuild
public import CairnCore
public import CairnDeploy
public import CairnStore
import LibGit

/// Code that comes to an app without a push: an image, an archive, somebody else's repository. It becomes a commit in the
/// app's own repository, so that everything after it is as with a push. The deploy branch moves when the deploy has
/// succeeded.
public struct Delivery: Sendable {
    let platform: Platform
    let app: App
    let reporter: any ProgressReporter

    public init(to app: App, on platform: Platform, reporter: any ProgressReporter) {
        self.app = app
        self.platform = platform
        self.reporter = reporter
    }

    /// What the deploy branch is, and what is there.
    struct Branch: Sendable {
        let name: String
        /// Nil while nothing is there.
        let tip: ObjectID?
        /// Whether somebody has chosen it.
        let isChosen: Bool
        var reference: String { "refs/heads/\(name)" }
    }

    var repositoryPath: String { platform.settings.repository(of: app.name) }

    func branch() throws -> Branch {
        try platform.makeRepository(of: app.name)
        let configured = try platform.store.effectiveProperties("git", of: app.name)["deploy-branch"]
        return try git { repository in
            let usual = try BranchDecision.standardBranches.first {
                try repository.reference("refs/heads/\($0)") != nil
            }
            let name = configured ?? usual ?? BranchDecision.standardBranches[0]
            return Branch(
                name: name, tip: try repository.reference("refs/heads/\(name)"), isChosen: configured != nil)
        }
    }

    /// Whether the files are those of the branch, and are what runs.
    func isUnchanged(_ commit: ObjectID, at branch: Branch) throws -> Bool {
        guard let tip = branch.tip,
            try platform.store.currentRelease(of: app)?.content.revision == tip.description
        else { return false }
        return try git { try $0.commit(commit).tree == $0.commit(tip).tree }
    }

    /// Tells that there is nothing to do.
    func tellUnchanged() {
        reporter.warning("No changes detected, skipping git commit")
        reporter.warning("Call 'ps:rebuild' on app to rebuild the app from existing source")
    }

    /// Deploys a commit of the app's repository, and moves the branch there.
    ///
    /// - Throws: Why the deploy failed; the branch is where it was then.
    func deploy(_ commit: ObjectID, to branch: Branch, kind: Source.Kind, description: String) async throws {
        let source = Source(
            app: app.name, kind: kind, revision: commit.description,
            tree: GitSourceTree(repositoryPath: repositoryPath, commit: commit), description: description)
        var options = DeployOptions()
        options.precondition = { _ in try requireUnmoved(branch) }
        options.conclusion = { _ in try move(branch, to: commit) }
        try await platform.deploy(source, of: app, options: options, reporter: reporter)
    }

    /// What was pushed while this was prepared would be lost unseen.
    private func requireUnmoved(_ branch: Branch) throws {
        guard try git({ try $0.reference(branch.reference) }) != branch.tip else { return }
        throw CairnError(
            .git, "\(branch.name.visible) of \(app.name) was changed by somebody else meanwhile",
            hint: "Look at what was pushed, then try again.")
    }

    /// Lets the branch be at the commit. The first one that an app has is its deploy branch.
    func move(_ branch: Branch, to commit: ObjectID) throws {
        try git { try $0.setReference(branch.reference, to: commit) }
        guard !branch.isChosen else { return }
        try platform.store.setProperty("git", "deploy-branch", to: branch.name, in: .app(app.name))
        try git { try $0.setHead(toBranch: branch.name) }
    }

    /// - Throws: `E-GIT`.
    func git<Value>(_ body: (Repository) throws -> Value) throws -> Value {
        do { return try body(Repository(path: repositoryPath)) } catch let error as GitError {
            throw CairnError(
                .git, "The repository of \(app.name) cannot be used: \(error.message.visible)",
                hint: "Look at \(repositoryPath) with 'git fsck'.")
        }
    }
}
