import CairnCore
import LibGit
import Subprocess

/// A buildpack in a git repository, of which this host keeps a bare copy.
struct BuildpackRepository: Sendable {
    let url: String
    /// A branch, a tag or a commit; `nil` for what HEAD is.
    let revision: String?
    /// Where the copies of all buildpacks are.
    let cacheDirectory: String
    /// Proxies and authorities that git is told of.
    let environment: [String: String]
    let reporter: any ProgressReporter

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
                .git, "The copy of the buildpack \(url.visible) cannot be read: \(error.message.visible)",
                hint: "Remove \(path) and build again.")
        }
    }

    private func commit(in path: String) async throws -> ObjectID {
        let copy = try Repository(path: path)
        if let exact = revision.flatMap({ ObjectID($0) }), try copy.contains(exact) { return exact }
        let listing = try await git(["ls-remote", "--", url], in: path)
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
            "The buildpack \(url) cannot be reached; its commit \(commit.description.prefix(8)) of an earlier build is used"
        )
        return commit
    }

    /// The first digits of a commit, which no server knows.
    private func abbreviated(in path: String) async throws -> ObjectID {
        let evidence = try await fetchEverything(in: path)
        guard let revision, let commit = try Repository(path: path).resolve(revision) else {
            throw CairnError(
                .git, "The buildpack \(url.visible) has no branch, tag or commit '\(revision?.visible ?? "HEAD")'",
                hint: "Check what stands behind the '#'.", evidence: evidence)
        }
        return commit
    }

    private func fetch(_ commit: ObjectID, in path: String) async throws {
        let exact = try await git(fetching + ["--depth=1", "--", url, commit.description], in: path)
        if exact.output != nil { return }
        // Not every server hands out a commit by its id; then it is found behind a branch or a tag, or not at all.
        let evidence = try await fetchEverything(in: path)
        guard try Repository(path: path).contains(commit) else { throw unreachable(evidence + exact.evidence) }
    }

    private func fetchEverything(in path: String) async throws -> [String] {
        try await git(
            fetching + ["--", url, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"], in: path
        ).evidence
    }

    private var fetching: [String] {
        ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
    }

    private func unreachable(_ evidence: [String]) -> CairnError {
        CairnError(
            .git, "The buildpack \(url.visible) could not be fetched",
            hint: "Check the URL, and that this host reaches it and may read it.", evidence: evidence)
    }

    private func git(_ arguments: [String], in path: String) async throws -> (output: String?, evidence: [String]) {
        var variables = GitEnvironment.variables(forRepositoryAt: path).merging(environment) { $1 }
        variables["GIT_ALLOW_PROTOCOL"] = RemotePolicy().protocols.joined(separator: ":")
        variables["GIT_TERMINAL_PROMPT"] = "0"
        // Old histories may have faults that do no harm here; every tree that is walked is checked as it is walked.
        let options = ["-c", "fetch.fsckObjects=false", "-c", "gc.auto=0"]
        var keyed: [Environment.Key: String] = [:]
        for (name, value) in variables { keyed[Environment.Key(stringLiteral: name)] = value }
        let result = try await run(
            .name("git"), arguments: Arguments(options + arguments), environment: .custom(keyed),
            output: .string(limit: 8 << 20), error: .string(limit: 64 << 10))
        let evidence = result.standardError.split(whereSeparator: \.isNewline).suffix(20).map(String.init)
        return (result.terminationStatus.isSuccess ? result.standardOutput : nil, evidence)
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
