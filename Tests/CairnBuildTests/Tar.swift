import CairnCore
import Foundation
import NIOCore
import Subprocess
import Testing

@testable import CairnBuild

/// Reads archives with GNU tar, which shares no code with what wrote them.
enum Tar {
    /// The lines of `tar --list --verbose`, without owner and size columns' padding.
    static func list(_ archive: [UInt8]) async throws -> [String] {
        try await tar(
            ["--list", "--verbose", "--numeric-owner", "--utc", "--full-time", "--quoting-style=literal"], archive
        )
        .split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    }

    /// The paths, directories with a slash.
    static func paths(_ archive: [UInt8]) async throws -> [String] {
        try await tar(["--list", "--quoting-style=literal"], archive).split(separator: "\n").map(String.init)
    }

    /// The content of one member.
    static func content(_ path: String, of archive: [UInt8]) async throws -> String {
        try await tar(["--extract", "--to-stdout", "--", path], archive)
    }

    private static func tar(_ arguments: [String], _ archive: [UInt8]) async throws -> String {
        let result = try await run(
            .name("tar"), arguments: Arguments(["--file=-"] + arguments),
            environment: .inherit.updating(["LC_ALL": "C.UTF-8"]), input: .array(archive),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
        return result.standardOutput
    }
}

extension SourceTree {
    func bytes(_ options: ArchiveOptions = ArchiveOptions()) async throws -> [UInt8] {
        var result: [UInt8] = []
        for try await chunk in archive(options) { result += chunk.readableBytesView }
        return result
    }

    func paths(_ options: ArchiveOptions = ArchiveOptions()) async throws -> [String] {
        try await Tar.paths(try await bytes(options))
    }
}

extension RelativePath: ExpressibleByStringLiteral {
    /// For literals of tests, which are all valid.
    init(stringLiteral value: String) {
        do { try self.init(validating: value) } catch { preconditionFailure("\(value) is no path") }
    }
}
