import CairnBuild
import CairnCore
import LibGit

/// Fetches commits of another host's repository into one of this host.
struct RemoteFetch {
    let remote: RemoteRepository
    /// The repository's directory.
    let repository: String
    /// What git is told.
    let environment: [String: String]

    /// A commit that is here now.
    struct Fetched {
        let commit: ObjectID
        /// The remote's branch that was asked for; nil for a tag or a commit.
        let branch: String?
    }

    /// - Parameter revision: A branch, a tag or a commit; nil for the branch that the remote's HEAD names.
    /// - Throws: `E-GIT` when the remote cannot be read or has no such thing.
    func fetch(_ revision: String?) async throws -> Fetched {
        // What is fetched stays without a reference until the deploy branch is there.
        let place = "refs/cairn/incoming/\(UInt64.random(in: 0...UInt64.max))"
        defer { Self.remove(place, in: repository) }
        do { return try await fetch(revision, through: place) } catch let failure as RemoteGit.Failure {
            if let revision, failure.isMissing { throw missing(revision) }
            throw CairnError(
                .git, "The repository \(remote.shown) cannot be read",
                hint: failure.hint(otherwise: "Check the address, and whether this host reaches it and may read it."),
                evidence: failure.evidence)
        }
    }

    private func fetch(_ revision: String?, through place: String) async throws -> Fetched {
        let git = RemoteGit(url: remote.url, into: repository, environment: environment)
        let match = try await git.references().match(revision)
        if let id = match?.id ?? revision.flatMap({ ObjectID($0) }) {
            try await git.fetch(id, place: place)
            return Fetched(commit: try Repository(path: repository).commit(id).id, branch: match?.branch)
        }
        guard let revision else {
            throw CairnError(.git, "The repository \(remote.shown) is empty", hint: "Push something to it first.")
        }
        // Perhaps the first digits of a commit's id, which no server knows.
        guard revision.count >= 4, revision.allSatisfy(\.isHexDigit) else { throw missing(revision) }
        try await git.fetchEverything(to: place)
        let copy = try Repository(path: repository)
        guard let found = try copy.resolve(revision), let commit = try? copy.commit(found).id else {
            throw missing(revision)
        }
        return Fetched(commit: commit, branch: nil)
    }

    private static func remove(_ place: String, in path: String) {
        guard let repository = try? Repository(path: path), let all = try? repository.references() else { return }
        for reference in all where reference.name.hasPrefix(place + "/") {
            try? repository.removeReference(reference.name)
        }
    }

    private func missing(_ revision: String) -> CairnError {
        CairnError(
            .git, "The repository \(remote.shown) has no branch, tag or commit '\(revision.excerpt())'",
            hint: "'git ls-remote' lists its branches and tags.")
    }
}
