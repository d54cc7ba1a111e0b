import CairnCore
import Foundation
import LibGit
import Subprocess
import CairnTestSupport
import Testing

@testable import CairnBuild

@Suite("Submodules")
struct SubmoduleTests {
    @Test(
        arguments: [
            "https://example.com/lib.git", "http://example.com/lib", "ssh://git@example.com:22/lib.git",
            "git://example.com/lib", "git@example.com:group/lib.git", "host:lib", "HTTPS://example.com/x",
        ])
    func fetchesFrom(url: String) throws {
        try SubmoduleSource(name: "lib", url: url).check(at: "lib")
    }

    @Test(
        arguments: [
            ("", "is empty"), ("--upload-pack=touch /tmp/x", "option"), ("-oProxyCommand=x:y", "option"),
            ("ext::sh -c id", "blanks"), ("ext::id", "protocol 'ext::'"), ("fd::17", "protocol 'fd::'"),
            ("file:///etc", "protocol 'file'"), ("/srv/repos/other.git", "path on this host"),
            ("other.git", "path on this host"),
            ("../other.git", "relative"), ("./x", "relative"), ("ssh://-oProxyCommand=id/x", "names no host"),
            ("https://", "names no host"), ("ftp://example.com/x", "protocol 'ftp'"), ("https://a b/", "blanks"),
            ("a\nb:c", "blanks"), ("C:\\repos\\x", "path on this host"), ("./a:b", "relative"),
            (":x", "path on this host"),
        ])
    func refuses(url: String, reason: String) {
        let error = #expect(throws: CairnError.self) {
            try SubmoduleSource(name: "lib", url: url).check(at: "vendor/lib")
        }
        #expect(error?.code == .git)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.hint != nil)
    }

    @Test func readsWhatGitConfigPrints() {
        let output =
            "submodule.a.b.path\nvendor/a\0submodule.a.b.url\nhttps://x/a\nb\0core.x\ny\0submodule.no.path\nn\0"
        #expect(
            SubmoduleSource.parse(Array(output.utf8)) == [
                "vendor/a": SubmoduleSource(name: "a.b", url: "https://x/a\nb")
            ])
    }

    @Test func aNameCannotLeadOutOfItsDirectory() {
        #expect(SubmoduleSource(name: "../../hooks", url: "").directoryName == "%2e%2e%2f%2e%2e%2fhooks")
        #expect(SubmoduleSource(name: "lib-1_A", url: "").directoryName == "lib-1_A")
    }

    @Test func filesOfASubmoduleAreFetchedOnce() async throws {
        let library = try await GitFixture()
        try library.write("lib.c", "code")
        try library.write("bin/tool", "x", executable: true)
        let commit = try await library.commit()
        // The branch has gone on, so the commit has to be asked for by its id.
        try library.write("lib.c", "newer")
        try await library.commit()
        try await GitDaemon.serving(library) { url in
            let fixture = try await GitFixture()
            try fixture.write(".gitmodules", "[submodule \"my lib\"]\n\tpath = vendor/lib\n\turl = \(url)\n")
            try fixture.write("z", "z")
            let tree = try await fixture.tree(withSubmodule: commit, at: "vendor/lib")
            let reporter = RecordingReporter()
            let paths = [
                ".gitmodules", "vendor/", "vendor/lib/", "vendor/lib/bin/", "vendor/lib/bin/tool", "vendor/lib/lib.c",
                "z",
            ]
            let archive = try await tree.bytes(ArchiveOptions(reporter: reporter))
            #expect(try await Tar.paths(archive) == paths)
            #expect(try await Tar.content("vendor/lib/lib.c", of: archive) == "code")
            #expect(reporter.details == ["Fetching submodule vendor/lib (\(commit.prefix(8)))"])
            #expect(try await tree.paths(ArchiveOptions(reporter: reporter)) == paths)
            #expect(reporter.details.count == 1)
        }
    }

    @Test func anIgnoredSubmoduleIsNotFetched() async throws {
        let fixture = try await GitFixture()
        try fixture.write(".gitmodules", "[submodule \"a\"]\n\tpath = vendor/lib\n\turl = file:///etc\n")
        try fixture.write(".dockerignore", "vendor")
        let tree = try await fixture.tree(withSubmodule: String(repeating: "1", count: 40), at: "vendor/lib")
        #expect(try await tree.paths() == [".dockerignore", ".gitmodules"])
        let error = await #expect(throws: CairnError.self) {
            try await tree.paths(ArchiveOptions(appliesDockerignore: false))
        }
        #expect(error?.message.contains("uses the protocol 'file'") == true)
    }

    @Test func aSubmoduleThatNobodyNamesIsEmpty() async throws {
        let fixture = try await GitFixture()
        try fixture.write("a", "a")
        let tree = try await fixture.tree(withSubmodule: String(repeating: "1", count: 40), at: "vendor/lib")
        let reporter = RecordingReporter()
        #expect(try await tree.paths(ArchiveOptions(reporter: reporter)) == ["a", "vendor/", "vendor/lib/"])
        #expect(reporter.warnings == ["The submodule vendor/lib is not in .gitmodules: its directory will be empty"])
    }

    @Test func aCommitThatIsNotThereIsAnErrorWithEvidence() async throws {
        let library = try await GitFixture()
        try library.write("lib.c", "code")
        try await library.commit()
        try await GitDaemon.serving(library) { url in
            let fixture = try await GitFixture()
            try fixture.write(".gitmodules", "[submodule \"a\"]\n\tpath = lib\n\turl = \(url)\n")
            let tree = try await fixture.tree(withSubmodule: String(repeating: "1", count: 40), at: "lib")
            let error = await #expect(throws: CairnError.self) { try await tree.paths() }
            #expect(error?.code == .git)
            #expect(error?.message == "The submodule 'lib' could not be fetched: commit 11111111 of \(url)")
            #expect(error?.evidence.isEmpty == false)
        }
    }
}

extension GitFixture {
    fileprivate func tree(withSubmodule commit: String, at path: String) async throws -> GitSourceTree {
        try await git("add", "--all")
        try await git("update-index", "--add", "--cacheinfo", "160000,\(commit),\(path)")
        try await git("commit", "--quiet", "--message", "with a submodule")
        let head = try await git("rev-parse", "HEAD")
        return GitSourceTree(repositoryPath: repositoryPath, commit: try #require(ObjectID(head)))
    }
}

/// Git's own server on a port of this host: the nearest thing to a submodule's host.
private enum GitDaemon {
    static func serving(_ fixture: GitFixture, _ body: (String) async throws -> Void) async throws {
        let port = Int.random(in: 23_000..<23_500)
        let arguments: Arguments = [
            "daemon", "--verbose", "--reuseaddr", "--export-all", "--listen=127.0.0.1", "--port=\(port)",
            "--base-path=\(fixture.directory)", fixture.directory,
        ]
        let daemon = Configuration(executable: .name("git"), arguments: arguments)
        _ = try await run(daemon, input: .none, output: .discarded, error: .sequence) { execution in
            // The daemon says when it listens.
            var said = ""
            for try await line in execution.standardError.strings() {
                said += line
                if said.contains("Ready to rumble") { break }
            }
            do {
                try await body("git://127.0.0.1:\(port)/work/.git")
            } catch {
                try execution.send(signal: .terminate)
                throw error
            }
            try execution.send(signal: .terminate)
        }
    }
}
