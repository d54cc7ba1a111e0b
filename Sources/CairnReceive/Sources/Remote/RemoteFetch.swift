import CairnBuild
import CairnCore
import LibGit
import Subprocess

/// Fetches commits of another host's repository into one of this host.
struct RemoteFetch {
    let remote: RemoteRepository
    /// The repository's directory.
    let repository: String
    let credentials: HostCredentials

    /// A commit that is here now.
    struct Fetched {
        let commit: ObjectID
        /// The remote's branch that was asked for; nil for a tag or a commit.
        let branch: String?
    }

    /// - Parameter revision: A branch, a tag or a commit; nil for the branch that the remote's HEAD names.
    /// - Throws: `E-GIT` when the remote cannot be read or has no such thing.
    func fetch(_ revision: String?) async throws -> Fetched {
        let listing = try await git(["ls-remote", "--symref", "--", remote.url])
        guard let text = listing.output else { throw unreachable(listing.evidence) }
        if let match = RemoteReferences(text).match(revision), let id = ObjectID(match.id) {
            return Fetched(commit: try await fetch(id), branch: match.branch)
        }
        guard let revision else {
            throw CairnError(.git, "The repository \(remote.shown) is empty", hint: "Push something to it first.")
        }
        if let id = ObjectID(revision) { return Fetched(commit: try await fetch(id), branch: nil) }
        return Fetched(commit: try await search(revision), branch: nil)
    }

    private func fetch(_ id: ObjectID) async throws -> ObjectID {
        let exact = try await git(Self.fetching + ["--", remote.url, id.description])
        if exact.output == nil {
            // Not every server hands out a commit by its id; then it is found behind a branch or a tag, or not at all.
            return try await search(id.description)
        }
        return try Repository(path: repository).commit(id).id
    }

    /// Looks for a commit in all that the remote has: by the first digits of its id, which no server knows, or one that
    /// is not the tip of a branch.
    private func search(_ revision: String) async throws -> ObjectID {
        let place = "refs/cairn/incoming/\(UInt64.random(in: 0...UInt64.max))"
        let fetched = try await git(
            Self.fetching + ["--", remote.url, "+refs/heads/*:\(place)/heads/*", "+refs/tags/*:\(place)/tags/*"])
        defer { Self.remove(place, in: repository) }
        guard fetched.output != nil else { throw unreachable(fetched.evidence) }
        let isDigits = revision.count >= 4 && revision.allSatisfy(\.isHexDigit)
        let found = isDigits ? try Repository(path: repository).resolve(revision) : nil
        guard let found, let commit = try? Repository(path: repository).commit(found).id else {
            throw CairnError(
                .git, "The repository \(remote.shown) has no branch, tag or commit '\(revision.excerpt())'",
                hint: "'git ls-remote' lists its branches and tags.")
        }
        return commit
    }

    private static func remove(_ place: String, in path: String) {
        guard let repository = try? Repository(path: path), let all = try? repository.references() else { return }
        for reference in all where reference.name.hasPrefix(place + "/") {
            try? repository.removeReference(reference.name)
        }
    }

    private static let fetching = [
        "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance",
    ]

    private func unreachable(_ evidence: [String]) -> CairnError {
        let text = evidence.joined(separator: "\n")
        let hint =
            if text.contains("Host key verification failed") || text.contains("host key is known") {
                "This host does not know that one yet: cairn git:allow-host HOST"
            } else if text.contains("Permission denied (") || text.contains("could not read Username") {
                "Give this host access: cairn git:auth HOST USER PASSWORD for https, cairn git:public-key for ssh."
            } else {
                "Check the address, and whether this host reaches it and may read it."
            }
        return CairnError(.git, "The repository \(remote.shown) cannot be read", hint: hint, evidence: evidence)
    }

    private func git(_ arguments: [String]) async throws -> (output: String?, evidence: [String]) {
        var variables = GitEnvironment.variables(forRepositoryAt: repository)
        variables.merge(credentials.gitVariables) { $1 }
        variables["GIT_ALLOW_PROTOCOL"] = RemotePolicy().protocols.joined(separator: ":")
        // Old histories may have faults that do no harm here; every tree that is walked is checked as it is walked.
        let options = [
            "-c", "fetch.fsckObjects=false", "-c", "gc.auto=0", "-c", "core.hooksPath=/dev/null",
            "-c", "credential.helper=",
        ]
        let result = try await Subprocess.run(
            .name("git"), arguments: Arguments(options + arguments),
            environment: ChildEnvironment(variables).custom, output: .string(limit: 16 << 20),
            error: .string(limit: 64 << 10))
        let evidence = result.standardError.split(whereSeparator: \.isNewline).suffix(20).map {
            RemoteAddress.withoutCredentials(String($0).replacing(remote.url, with: remote.shown))
        }
        return (result.terminationStatus.isSuccess ? result.standardOutput : nil, evidence)
    }
}
