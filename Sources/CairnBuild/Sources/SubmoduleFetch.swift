import CairnCore
import LibGit
import Subprocess

/// Fetches the commits of submodules into `cairn-modules` inside the app's repository, where the next build finds them.
struct SubmoduleFetch: Sendable {
    /// What git is told when it fetches from other hosts.
    let environment: [String: String]
    let reporter: any ProgressReporter

    /// What a `.gitmodules` has at most, and git prints about it. In bytes.
    static let maximumFile = 1 << 20

    /// A repository that has the submodule's commit; `nil`, with a warning, when `.gitmodules` does not name the path.
    ///
    /// The path of `entry` is seen from `tree`; `shownPath` is the same, seen from the root of the source.
    ///
    /// Fails with `E-GIT` when the URL is refused or the commit cannot be had.
    func repository(
        for entry: TreeEntry, commit: ObjectID, shownPath: String, in parent: Repository, tree: ObjectID
    ) async throws -> Repository? {
        guard let source = try await sources(in: parent, tree: tree)[entry.path] else {
            reporter.warning("The submodule \(shownPath) is not in .gitmodules: its directory will be empty")
            return nil
        }
        try source.check(at: shownPath)
        let path = parent.path + "cairn-modules/" + source.directoryName
        do {
            try Repository.initializeBare(at: path)
            if try !Repository(path: path).contains(commit) {
                reporter.detail("Fetching submodule \(shownPath) (\(commit.short))")
                try await fetch(commit, from: source.url, into: path, shownPath: shownPath)
            }
            let repository = try Repository(path: path)
            // A reference keeps git's own garbage collection from removing the commit.
            try repository.setReference("refs/cairn/\(commit)", to: commit)
            return repository
        } catch let error as GitError {
            throw CairnError(
                .git, "The submodule '\(shownPath.visible)' cannot be read: \(error.message.visible)",
                hint: "Remove \(path) and build again.")
        }
    }

    /// Git reads the file: its quoting, includes and continuation lines are git's business.
    private func sources(in repository: Repository, tree: ObjectID) async throws -> [String: SubmoduleSource] {
        let path = try RelativePath(validating: ".gitmodules")
        guard let entry = try repository.entry(at: path, in: tree), try repository.size(of: entry.id) < Self.maximumFile
        else { return [:] }
        let result = try await run(
            .name("git"), arguments: ["config", "--null", "--list", "--blob", entry.id.description],
            environment: .custom(Self.keyed(GitEnvironment.variables(for: repository))),
            output: .bytes(limit: 4 * Self.maximumFile), error: .string(limit: 64 << 10))
        guard result.terminationStatus.isSuccess else {
            throw CairnError(
                .invalidFile, ".gitmodules cannot be read",
                hint: "Check it with 'git config --list --file .gitmodules'.",
                evidence: Self.lines(result.standardError))
        }
        return SubmoduleSource.parse(result.standardOutput)
    }

    private func fetch(_ commit: ObjectID, from url: String, into path: String, shownPath: String) async throws {
        let git = RemoteGit(url: url, into: path, environment: environment)
        do { try await git.fetch(commit, depth: 1) } catch let failure as RemoteGit.Failure {
            throw CairnError(
                .git,
                "The submodule '\(shownPath.visible)' could not be fetched: commit \(commit.short) of \(git.shown.visible)",
                hint: failure.hint(
                    otherwise: failure.isMissing
                        ? "Push that commit to the submodule's own repository, then push again."
                        : "Check the URL in .gitmodules, and that this host reaches it and may read it."),
                evidence: failure.evidence)
        }
    }

    private static func lines(_ text: String?) -> [String] {
        (text ?? "").split(whereSeparator: \.isNewline).suffix(20).map(String.init)
    }

    private static func keyed(_ variables: [String: String]) -> [Environment.Key: String] {
        var result: [Environment.Key: String] = [:]
        for (name, value) in variables { result[Environment.Key(stringLiteral: name)] = value }
        return result
    }
}
