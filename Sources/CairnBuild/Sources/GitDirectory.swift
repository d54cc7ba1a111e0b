import CairnCore
import Foundation
import LibGit
import Subprocess

/// A directory as git keeps it in a work tree: one commit with its history and the tags on it, and nothing else of the
/// repository that it comes from.
public enum GitDirectory {
    /// Makes the directory, so that in a work tree with the files of `tree` git finds nothing changed.
    ///
    /// - Parameters:
    ///   - branch: The branch that is checked out.
    ///   - path: Where it is made; its parent is there.
    /// - Throws: `E-GIT`.
    public static func write(_ tree: GitSourceTree, branch: String, to path: String) async throws {
        do {
            let source = try Repository(path: tree.repositoryPath, usingEnvironment: tree.usesEnvironment)
            let target = GitEnvironment.variables(forRepositoryAt: path)
            // Without a template, which would bring hooks.
            try await git(["init", "--quiet", "--template=", "--initial-branch=\(branch)"], target)
            try await pack(tree.commit, of: source, into: path)
            try setReferences(of: source, to: tree.commit, branch: branch, in: path)
            try await git(["read-tree", "HEAD"], target)
        } catch let error as GitError {
            throw failure([error.message.visible])
        }
    }

    /// One pack with all that the commit leads to, and the annotated tags on it. With one thread it is the same each time.
    private static func pack(_ commit: ObjectID, of source: Repository, into path: String) async throws {
        let options = ["--revs", "--quiet", "--delta-base-offset", "--include-tag", "--threads=1"]
        try FileManager.default.createDirectory(
            atPath: path + "/objects/pack", withIntermediateDirectories: true)
        try await git(
            ["pack-objects"] + options + ["--", path + "/objects/pack/pack"], GitEnvironment.variables(for: source),
            input: "\(commit)\n")
        // Where a history was cut off when it was fetched, it is cut off here too.
        let cut = source.path + "shallow"
        if FileManager.default.fileExists(atPath: cut) {
            try FileManager.default.copyItem(atPath: cut, toPath: path + "/shallow")
        }
    }

    private static func setReferences(
        of source: Repository, to commit: ObjectID, branch: String, in path: String
    ) throws {
        let target = try Repository(path: path)
        try target.setReference("refs/heads/\(branch)", to: commit)
        for (name, id) in try source.references() where name.hasPrefix("refs/tags/") {
            if try target.contains(id) { try target.setReference(name, to: id) }
        }
    }

    private static func git(_ arguments: [String], _ variables: [String: String], input: String? = nil) async throws {
        var keyed: [Environment.Key: String] = [:]
        for (name, value) in variables { keyed[Environment.Key(stringLiteral: name)] = value }
        let (words, environment) = (Arguments(arguments), Environment.custom(keyed))
        let result =
            if let input {
                try await run(
                    .name("git"), arguments: words, environment: environment, input: .string(input),
                    output: .discarded, error: .string(limit: 64 << 10))
            } else {
                try await run(
                    .name("git"), arguments: words, environment: environment, output: .discarded,
                    error: .string(limit: 64 << 10))
            }
        guard result.terminationStatus.isSuccess else {
            throw failure(result.standardError.split(whereSeparator: \.isNewline).suffix(10).map(String.init))
        }
    }

    private static func failure(_ evidence: [String]) -> CairnError {
        CairnError(
            .git, "The .git directory for the build could not be made",
            hint: "Look at the app's repository with 'git fsck'; git:set APP keep-git-dir false builds without it.",
            evidence: evidence)
    }
}

/// Walks a git directory, as `.git`, and after it the files of its commit.
final class GitDirectoryCursor: EntryCursor {
    private enum Place { case start, top, directory, files }

    let modificationTime: Int
    private let directory: DirectoryCursor
    private let files: GitCursor
    private var place = Place.start

    init(_ path: String, before files: GitCursor, reporter: any ProgressReporter) throws {
        modificationTime = files.modificationTime
        directory = try DirectoryCursor(
            root: DirectoryHandle(path: path), prefix: Array(".git/".utf8), modificationTime: modificationTime,
            reporter: reporter)
        self.files = files
    }

    func next() async throws -> SourceEntry? {
        if place == .start {
            place = .top
            return SourceEntry(path: Array(".git".utf8), kind: .directory, modificationTime: modificationTime)
        }
        if place == .top { place = .directory }
        if place == .directory, let entry = try await directory.next() { return entry }
        place = .files
        return try await files.next()
    }

    func skipDescendants() {
        switch place {
        case .start, .top: place = .files
        case .directory: directory.skipDescendants()
        case .files: files.skipDescendants()
        }
    }

    func content(of entry: SourceEntry) throws -> any ContentReader {
        place == .files ? try files.content(of: entry) : try directory.content(of: entry)
    }
}
