import CairnTestSupport
import Foundation
import LibGit
import Testing

@testable import CairnBuild

@Suite("The .git of a build")
struct GitDirectoryTests {
    /// Two commits and tags on a branch, and another branch that is no business of the build.
    private func history() async throws -> GitFixture {
        let fixture = try await GitFixture()
        try fixture.write("a", "one")
        try await fixture.commit("first")
        try await fixture.git("tag", "plain")
        try await fixture.git("tag", "-a", "-m", "annotated", "v1.0")
        try await fixture.git("checkout", "--quiet", "-b", "secret")
        try fixture.write("secret", "word")
        try await fixture.commit("secret")
        try await fixture.git("tag", "other")
        try await fixture.git("checkout", "--quiet", "main")
        try fixture.write("a", "two")
        try fixture.write("bin/run", "x", executable: true)
        try await fixture.commit("second")
        return fixture
    }

    private func laidOut(_ fixture: GitFixture, branch: String = "main") async throws -> GitSourceTree {
        let head = try #require(ObjectID(try await fixture.git("rev-parse", "main")))
        var tree = GitSourceTree(repositoryPath: fixture.repositoryPath, commit: head)
        let path = fixture.directory + "/kept"
        try await GitDirectory.write(tree, branch: branch, to: path)
        tree.gitDirectory = path
        return tree
    }

    @Test("It has the commit's history and tags, nothing of other branches, no hooks, and finds nothing changed")
    func holds() async throws {
        let fixture = try await history()
        let path = try #require(try await laidOut(fixture, branch: "trunk").gitDirectory)
        func kept(_ arguments: String...) async throws -> String {
            try await fixture.git(["--git-dir", path, "--work-tree", fixture.work] + arguments)
        }
        #expect(try await kept("log", "--format=%s") == "second\nfirst")
        let short = try await kept("rev-parse", "--short", "HEAD")
        #expect(try await kept("describe") == "v1.0-1-g\(short)")
        #expect(try await kept("tag", "--list") == "plain\nv1.0")
        #expect(try await kept("symbolic-ref", "HEAD") == "refs/heads/trunk")
        #expect(try await kept("status", "--porcelain").isEmpty)
        #expect(try await kept("fsck", "--full").isEmpty)
        let other = try await fixture.git("rev-parse", "secret")
        #expect(try !Repository(path: path).contains(try #require(ObjectID(other))))
        #expect(!FileManager.default.fileExists(atPath: path + "/hooks"))
    }

    @Test("Archives of the whole tree have it, unless .dockerignore names it; those of a directory do not")
    func archives() async throws {
        let fixture = try await history()
        let tree = try await laidOut(fixture)
        let paths = try await tree.paths()
        #expect(paths.first == ".git/" && paths.contains(".git/HEAD") && paths.contains(".git/index"))
        #expect(paths.filter { !$0.hasPrefix(".git/") } == ["a", "bin/", "bin/run"])
        let bytes = try await tree.bytes()
        try FileManager.default.removeItem(atPath: fixture.directory + "/kept")
        #expect(try await laidOut(fixture).bytes() == bytes)
        let below = try await tree.paths(ArchiveOptions(directory: "bin"))
        #expect(below == ["run"])

        try fixture.write(".dockerignore", ".git\n")
        try await fixture.commit("ignored")
        try FileManager.default.removeItem(atPath: fixture.directory + "/kept")
        #expect(try await laidOut(fixture).paths() == [".dockerignore", "a", "bin/", "bin/run"])
    }
}
