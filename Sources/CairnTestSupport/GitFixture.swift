public import Foundation
import Subprocess

/// A work tree with git in a temporary directory, removed with the fixture.
public final class GitFixture {
    public let directory: String
    /// Where commits are made.
    public let work: String

    public init() async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("cairn-git-\(UUID().uuidString)").path
        work = directory + "/work"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        try await git("init", "--quiet", "--initial-branch=main")
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// The repository's own directory.
    public var repositoryPath: String { work + "/.git" }

    public func write(_ path: String, _ content: String, executable: Bool = false) throws {
        try write(path, Data(content.utf8), executable: executable)
    }

    public func write(_ path: String, _ content: Data, executable: Bool = false) throws {
        let full = work + "/" + path
        let parent = URL(fileURLWithPath: full).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: executable ? 0o755 : 0o644]
        guard FileManager.default.createFile(atPath: full, contents: content, attributes: attributes) else {
            throw TestHostError("\(full) cannot be written")
        }
    }

    public func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: work + "/" + path, withDestinationPath: target)
    }

    /// Commits everything; returns the commit's id.
    @discardableResult
    public func commit(_ message: String = "a commit") async throws -> String {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", message)
        return try await git("rev-parse", "HEAD")
    }

    /// Runs git in the work tree; returns what it prints, without the last line's end.
    @discardableResult
    public func git(_ arguments: String..., input: [UInt8] = [], environment: [String: String] = [:]) async throws
        -> String
    {
        try await git(arguments, input: input, environment: environment)
    }

    /// Runs git in the work tree; returns what it prints, without the last line's end.
    @discardableResult
    public func git(_ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]) async throws
        -> String
    {
        let identity = [
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.com", "GIT_COMMITTER_DATE": "1700000000 +0100",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
        ]
        var variables: [Environment.Key: String?] = [:]
        for (name, value) in identity.merging(environment, uniquingKeysWith: { $1 }) {
            variables[Environment.Key(stringLiteral: name)] = value
        }
        let result = try await run(
            .name("git"), arguments: Arguments(["-C", work] + arguments),
            environment: .inherit.updating(variables), input: .array(input), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw TestHostError("git \(arguments): \(result.standardError)")
        }
        return String(result.standardOutput.reversed().drop(while: \.isNewline).reversed())
    }
}
