import LibGit
import CairnTestSupport
import Testing

@Suite("Trees")
struct TreeTests {
    @Test func walksInTheOrderOfPaths() async throws {
        let fixture = try await GitFixture()
        try fixture.write("b.txt", "b")
        try fixture.write("b/inner/deep", "deep")
        try fixture.write("b/a", "a")
        try fixture.write("run", "#!/bin/sh\n", executable: true)
        try fixture.link("link", to: "../outside")
        try fixture.write("größe", "1")
        try await fixture.git("add", "--all")
        let other = "1111111111111111111111111111111111111111"
        try await fixture.git("update-index", "--add", "--cacheinfo", "160000,\(other),vendor/lib")
        try await fixture.git("commit", "--quiet", "--message", "x")

        let repository = try Repository(path: fixture.repositoryPath)
        let tree = try repository.commit(try #require(try repository.resolve("main"))).tree
        var found: [(String, TreeEntry.Kind)] = []
        try repository.walk(tree: tree) { found.append(($0.path, $0.kind)) }
        #expect(found.map(\.0) == ["b.txt", "b/a", "b/inner/deep", "größe", "link", "run", "vendor/lib"])
        #expect(found[4].1 == .symlink)
        #expect(found[5].1 == .executable)
        #expect(found[6].1 == .submodule(try #require(ObjectID(other))))
        #expect([0, 1, 2, 3].allSatisfy { found[$0].1 == .file })
    }

    @Test func leavesOutWhatIsSkipped() async throws {
        let fixture = try await GitFixture()
        for path in ["a/1", "a/b/2", "a/c/3", "d/4"] { try fixture.write(path, path) }
        try await fixture.commit()
        let repository = try Repository(path: fixture.repositoryPath)
        let cursor = try repository.cursor(
            tree: try repository.commit(try #require(try repository.resolve("main"))).tree)
        var paths: [String] = []
        while let entry = try cursor.next() {
            paths.append(entry.path)
            if entry.path == "a/b" { cursor.skipDescendants() }
        }
        #expect(paths == ["a", "a/1", "a/b", "a/c", "a/c/3", "d", "d/4"])
        #expect(try cursor.next() == nil)
    }

    @Test func keepsNamesThatAreNotUTF8() async throws {
        let fixture = try await GitFixture()
        let blob = try await fixture.git("hash-object", "-w", "--stdin", input: [1])
        let tree = try await makeTree([("100644", [0xff, 0x2e, 0x61], blob)], fixture)
        let repository = try Repository(path: fixture.repositoryPath)
        var paths: [[UInt8]] = []
        try repository.walk(tree: tree) { paths.append($0.pathBytes) }
        #expect(paths == [[0xff, 0x2e, 0x61]])
    }

    @Test(
        "A tree made to lead astray is refused",
        arguments: [
            ["100644 .."], ["40000 .."], ["100644 ."], ["40000 .git"], ["100644 .GIT"], ["100644 ../../etc/passwd"],
            ["100644 /etc/passwd"], ["100644 a/b"], ["120000 same", "100644 same"], ["120000 d", "40000 d"],
            ["120000 d", "100644 d-e", "100644 d.e", "40000 d"], ["100644 b", "100644 a"],
        ])
    func refuses(entries: [String]) async throws {
        let fixture = try await GitFixture()
        let blob = try await fixture.git("hash-object", "-w", "--stdin", input: Array("x".utf8))
        let inner = try await makeTree([("100644", Array("file".utf8), blob)], fixture)
        let tree = try await makeTree(
            entries.map { entry in
                let parts = entry.split(separator: " ", maxSplits: 1)
                return (String(parts[0]), Array(parts[1].utf8), parts[0] == "40000" ? inner.description : blob)
            }, fixture)
        let repository = try Repository(path: fixture.repositoryPath)
        let error = #expect(throws: GitError.self) { try repository.walk(tree: tree) { _ in } }
        #expect(error?.code == .unsafeTree)
    }

    @Test func aTreeThatIsMissingIsAnError() async throws {
        let fixture = try await GitFixture()
        let tree = try await makeTree(
            [("40000", Array("gone".utf8), "2222222222222222222222222222222222222222")], fixture)
        let repository = try Repository(path: fixture.repositoryPath)
        let error = #expect(throws: GitError.self) { try repository.walk(tree: tree) { _ in } }
        #expect(error?.code == .notFound)
    }

    /// Writes a tree object as it is, which `git mktree` would not.
    private func makeTree(
        _ entries: [(mode: String, name: [UInt8], id: String)], _ fixture: GitFixture
    ) async throws -> ObjectID {
        var content: [UInt8] = []
        for entry in entries {
            content += Array("\(entry.mode) ".utf8) + entry.name + [0] + (try #require(ObjectID(entry.id))).bytes
        }
        let id = try await fixture.git("hash-object", "-w", "--literally", "-t", "tree", "--stdin", input: content)
        return try #require(ObjectID(id))
    }
}
