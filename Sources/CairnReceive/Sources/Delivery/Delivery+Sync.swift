import CairnBuild
import CairnCore
import CairnDeploy
import CairnStore
import LibGit

/// What follows when another repository has been fetched.
public enum SyncBuild: Sendable {
    /// The code is stored, for `ps:rebuild` later.
    case no
    case always
    /// Only when the deploy branch is not there yet.
    case ifChanged
}

extension Delivery {
    /// Fetches another repository's branch, tag or commit, and lets the deploy branch be there.
    ///
    /// - Parameters:
    ///   - revision: Nil for the branch that the remote's HEAD names.
    ///   - adoptsBranch: Whether an app without any code takes the remote's branch for its deploy branch.
    /// - Throws: `E-GIT`; why the deploy failed.
    public func sync(
        _ remote: RemoteRepository, _ revision: String?, build: SyncBuild, adoptsBranch: Bool
    ) async throws {
        var branch = try branch()
        let verb = branch.tip == nil ? "Cloning" : "Fetching remote code for"
        reporter.step("\(verb) \(app.name) from \(remote.shown)#\((revision ?? "HEAD").excerpt())")
        let fetched = try await fetch(remote, revision)
        if let name = fetched.branch, adoptsBranch, try isEmpty() {
            branch = Branch(name: name, tip: nil, isChosen: false)
            reporter.step("Set \(name) as deploy-branch")
        }
        let isHere = branch.tip == fetched.commit
        switch build {
        case .no: try await store(fetched.commit, at: branch)
        case .ifChanged where isHere: reporter.step("Skipping build as no changes were detected")
        case .ifChanged, .always:
            let summary = try git { try $0.commit(fetched.commit).summary }
            try await deploy(
                fetched.commit, to: branch, kind: .gitSync("\(remote.shown)#\(revision ?? fetched.branch ?? "HEAD")"),
                description: "Sync \(fetched.commit.short): \(summary.visible)")
        }
    }

    private func fetch(_ remote: RemoteRepository, _ revision: String?) async throws -> RemoteFetch.Fetched {
        let fetch = RemoteFetch(
            remote: remote, repository: repositoryPath, environment: try platform.remoteVariables(of: app))
        do { return try await fetch.fetch(revision) } catch let error as GitError {
            throw CairnError(
                .git, "What was fetched from \(remote.shown) cannot be read: \(error.message.visible)",
                hint: "Is it a commit? Look at the repository with 'git fsck'.")
        }
    }

    private func isEmpty() throws -> Bool {
        try git { try $0.references().allSatisfy { !$0.name.hasPrefix("refs/heads/") } }
    }

    private func store(_ commit: ObjectID, at branch: Branch) async throws {
        let moved = branch.tip != commit
        try await platform.holdingLock(of: app, for: "git:sync", reporter: reporter) { try move(branch, to: commit) }
        guard moved else { return reporter.step("\(branch.name) is at \(commit.short) already") }
        reporter.step("\(branch.name) is at \(commit.short) now; ps:rebuild deploys it")
    }
}
