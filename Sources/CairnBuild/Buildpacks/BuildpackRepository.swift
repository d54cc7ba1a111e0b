import CairnCore
import LibGit

/// A buildpack in a git repository, of which this host keeps a bare copy.
struct BuildpackRepository: Sendable {
    let url: String
    /// A branch, a tag or a commit; `nil` for what HEAD is.
    let revision: String?
    /// Where the copies of all buildpacks are.
    let cacheDirectory: String
    /// Proxies and authorities that git is told of.
    let environment: [String: String]
    /// Seconds for the list of what it has.
    var patience = RemoteGit.Patience.listing
    let reporter: any ProgressReporter

    /// Without a password that the URL may carry.
    private var shown: String { RemoteAddress.withoutCredentials(url) }

    /// The commit that is asked for, fetched if it is not here yet. When the repository cannot be reached, what was
    /// fetched last has to do, with a warning.
    ///
    /// - Throws: `E-GIT`.
    func tree() async throws -> (tree: GitSourceTree, commit: ObjectID) {
        let path = "\(cacheDirectory)/\(SHA256.hexadecimal(Array(url.utf8)).prefix(32)).git"
        do {
            try Repository.initializeBare(at: path)
            let commit = try await commit(in: path)
            return (GitSourceTree(repositoryPath: path, commit: commit), commit)
        } catch let error as GitError {
            throw CairnError(
                .git, "The copy of the buildpack \(shown.visible) cannot be read: \(error.message.visible)",
                hint: "Remove \(path) and build again.")
        }
    }

    private func commit(in path: String) async throws -> ObjectID {
        let copy = try Repository(path: path)
        if let exact = revision.flatMap({ ObjectID($0) }), try copy.contains(exact) { return exact }
        let git = RemoteGit(url: url, into: path, environment: environment)
        let listing: RemoteReferences
        do { listing = try await git.references(within: patience) } catch let failure as RemoteGit.Failure {
            return try remembered(in: copy, failure)
        }
        guard let wanted = listing.match(revision)?.id ?? revision.flatMap({ ObjectID($0) }) else {
            return try await abbreviated(in: path, git)
        }
        if try !copy.contains(wanted) {
            do { try await git.fetch(wanted, depth: 1) } catch let failure as RemoteGit.Failure {
                throw unreachable(failure)
            }
        }
        // Annotated tags are peeled here.
        let commit = try Repository(path: path).commit(wanted).id
        try Repository(path: path).setReference(memory, to: commit)
        return commit
    }

    /// What this revision was when it was fetched last.
    private var memory: String {
        "refs/cairn/" + SHA256.hexadecimal(Array((revision ?? "HEAD").utf8)).prefix(16)
    }

    private func remembered(in copy: Repository, _ failure: RemoteGit.Failure) throws -> ObjectID {
        guard let commit = try copy.reference(memory) else { throw unreachable(failure) }
        reporter.warning(
            "The buildpack \(shown) cannot be reached; its commit \(commit.description.prefix(8)) of an earlier build is used"
        )
        return commit
    }

    /// The first digits of a commit, which no server knows.
    private func abbreviated(in path: String, _ git: RemoteGit) async throws -> ObjectID {
        do { try await git.fetchEverything() } catch let failure as RemoteGit.Failure { throw unreachable(failure) }
        guard let revision, let commit = try Repository(path: path).resolve(revision) else {
            throw CairnError(
                .git, "The buildpack \(shown.visible) has no branch, tag or commit '\(revision?.visible ?? "HEAD")'",
                hint: "Check what stands behind the '#'.")
        }
        return commit
    }

    private func unreachable(_ failure: RemoteGit.Failure) -> CairnError {
        CairnError(
            .git, "The buildpack \(shown.visible) could not be fetched",
            hint: failure.hint(otherwise: "Check the URL, and that this host reaches it and may read it."),
            evidence: failure.evidence)
    }
}
