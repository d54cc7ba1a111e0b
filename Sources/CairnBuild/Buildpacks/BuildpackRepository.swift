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
    private var shown: String { BuildpackReference.git(url: url, revision: nil).shown }

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
        let listing = try await git.run(["ls-remote", "--", url], in: path, limit: patience)
        guard let output = listing.output else { return try remembered(in: copy, listing.evidence) }
        guard let wanted = RemoteListing(output).commit(for: revision) ?? revision.flatMap({ ObjectID($0) }) else {
            return try await abbreviated(in: path)
        }
        if try !copy.contains(wanted) { try await fetch(wanted, in: path) }
        // Annotated tags are peeled here.
        let commit = try Repository(path: path).commit(wanted).id
        try Repository(path: path).setReference(memory, to: commit)
        return commit
    }

    /// What this revision was when it was fetched last.
    private var memory: String {
        "refs/cairn/" + SHA256.hexadecimal(Array((revision ?? "HEAD").utf8)).prefix(16)
    }

    private func remembered(in copy: Repository, _ evidence: [String]) throws -> ObjectID {
        guard let commit = try copy.reference(memory) else { throw unreachable(evidence) }
        reporter.warning(
            "The buildpack \(shown) cannot be reached; its commit \(commit.description.prefix(8)) of an earlier build is used"
        )
        return commit
    }

    /// The first digits of a commit, which no server knows.
    private func abbreviated(in path: String) async throws -> ObjectID {
        let evidence = try await fetchEverything(in: path)
        guard let revision, let commit = try Repository(path: path).resolve(revision) else {
            throw CairnError(
                .git, "The buildpack \(shown.visible) has no branch, tag or commit '\(revision?.visible ?? "HEAD")'",
                hint: "Check what stands behind the '#'.", evidence: evidence)
        }
        return commit
    }

    private func fetch(_ commit: ObjectID, in path: String) async throws {
        let exact = try await git.run(
            fetching + ["--depth=1", "--", url, commit.description], in: path, limit: RemoteGit.Patience.fetching)
        if exact.output != nil { return }
        // Not every server hands out a commit by its id; then it is found behind a branch or a tag, or not at all.
        let evidence = try await fetchEverything(in: path)
        guard try Repository(path: path).contains(commit) else { throw unreachable(evidence + exact.evidence) }
    }

    private func fetchEverything(in path: String) async throws -> [String] {
        try await git.run(
            fetching + ["--", url, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"], in: path,
            limit: RemoteGit.Patience.fetching
        ).evidence
    }

    private var fetching: [String] {
        ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
    }

    private var git: RemoteGit { RemoteGit(environment: environment) }

    private func unreachable(_ evidence: [String]) -> CairnError {
        let text = evidence.joined(separator: "\n")
        let hint =
            if text.contains("Host key verification failed") || text.contains("host key is known") {
                "This host does not know that one yet: cairn git:allow-host HOST"
            } else if text.contains("Permission denied (") || text.contains("could not read Username") {
                "Give this host access: cairn git:auth HOST USER PASSWORD for https, cairn git:public-key for ssh."
            } else {
                "Check the URL, and that this host reaches it and may read it."
            }
        return CairnError(
            .git, "The buildpack \(shown.visible) could not be fetched", hint: hint,
            evidence: evidence.map { $0.replacing(url, with: shown) })
    }
}

/// What `git ls-remote` prints: a commit, a tab and a name on each line.
struct RemoteListing {
    private var commits: [String: ObjectID] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            if parts.count == 2, let id = ObjectID(String(parts[0])) { commits[String(parts[1])] = id }
        }
    }

    /// A branch goes before a tag of the same name, as in a clone. `nil` for a name that is not there.
    func commit(for revision: String?) -> ObjectID? {
        guard let revision else { return commits["HEAD"] }
        return commits["refs/heads/\(revision)"] ?? commits["refs/tags/\(revision)^{}"]
            ?? commits["refs/tags/\(revision)"]
    }
}
