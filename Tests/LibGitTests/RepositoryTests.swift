import CairnCore
import Foundation
import LibGit
import CairnTestSupport
import Testing

@Suite("Repositories")
struct RepositoryTests {
    @Test func aBareRepositoryIsReadyForPushes() async throws {
        let fixture = try await GitFixture()
        let path = fixture.directory + "/apps/web.git"
        try Repository.initializeBare(at: path, hooksPath: "/srv/hooks")
        // Again, as a deploy does: nothing is lost.
        try Repository.initializeBare(at: path, hooksPath: "/srv/hooks")

        let repository = try Repository(path: path)
        #expect(try repository.isEmpty)
        #expect(try repository.headReference() == "refs/heads/main")
        for (key, value) in [
            ("core.bare", "true"), ("core.bigFileThreshold", "8m"), ("receive.advertisePushOptions", "true"),
            ("receive.keepAlive", "1"), ("receive.fsckObjects", "true"), ("core.hooksPath", "/srv/hooks"),
            ("receive.fsck.zeroPaddedFilemode", "warn"),
        ] {
            #expect(try await fixture.git("--git-dir", path, "config", "--get", key) == value)
        }
        try fixture.write("a", "a")
        try await fixture.commit()
        try await fixture.git("push", "--quiet", path, "main")
        #expect(try Repository(path: path).reference("refs/heads/main") != nil)
    }

    @Test func aMissingRepositoryIsNotFound() {
        let error = #expect(throws: GitError.self) { try Repository(path: "/nowhere/web.git") }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("/nowhere/web.git") == true)
    }

    @Test func readsACommit() async throws {
        let fixture = try await GitFixture()
        try fixture.write("a", "a")
        let id = try await fixture.commit("Add a\n\nAt length.")
        let repository = try Repository(path: fixture.repositoryPath)
        let commit = try repository.commit(try #require(ObjectID(id)))
        #expect(commit.id.description == id)
        #expect(commit.summary == "Add a")
        #expect(commit.message == "Add a\n\nAt length.\n")
        #expect(commit.authorName == "Ada")
        #expect(commit.authorEmail == "ada@example.com")
        #expect(commit.time == 1_700_000_000)
        #expect(try commit.tree.description == (await fixture.git("rev-parse", "HEAD^{tree}")))
    }

    @Test func anAnnotatedTagGivesItsCommit() async throws {
        let fixture = try await GitFixture()
        try fixture.write("a", "a")
        let id = try await fixture.commit()
        try await fixture.git("tag", "--annotate", "v1", "--message", "one")
        let repository = try Repository(path: fixture.repositoryPath)
        let tag = try #require(try repository.resolve("v1"))
        #expect(tag.description != id)
        #expect(try repository.commit(tag).id.description == id)
    }

    @Test func resolvesOnlyNames() async throws {
        let fixture = try await GitFixture()
        try fixture.write("a", "a")
        let id = try await fixture.commit()
        let repository = try Repository(path: fixture.repositoryPath)
        for name in ["main", "refs/heads/main", "HEAD", id, String(id.prefix(10))] {
            #expect(try repository.resolve(name)?.description == id, "\(name)")
        }
        for name in ["", "other", "refs/heads/other", "--all", "-n1", ":/a commit", "a b", "main..main", "x\u{1}"] {
            #expect(try repository.resolve(name) == nil, "\(name)")
        }
    }

    @Test func keepsReferences() async throws {
        let fixture = try await GitFixture()
        try fixture.write("a", "a")
        let first = try #require(ObjectID(try await fixture.commit()))
        try fixture.write("a", "b")
        let second = try #require(ObjectID(try await fixture.commit()))
        let repository = try Repository(path: fixture.repositoryPath)
        try repository.setReference("refs/heads/deployed", to: first)
        #expect(try repository.reference("refs/heads/deployed") == first)
        try repository.setReference("refs/heads/deployed", to: second)
        #expect(try repository.references().map(\.name) == ["refs/heads/deployed", "refs/heads/main"])
        #expect(try repository.references().allSatisfy { $0.id == second })
        try repository.removeReference("refs/heads/deployed")
        try repository.removeReference("refs/heads/deployed")
        #expect(try repository.reference("refs/heads/deployed") == nil)
        #expect(throws: GitError.self) { try repository.setReference("not a name", to: first) }
        try repository.setHead(toBranch: "deployed")
        #expect(try repository.headReference() == "refs/heads/deployed")
    }

    @Test func movesAReferenceOnlyFromWhereItIs() async throws {
        let fixture = try await GitFixture()
        try fixture.write("a", "a")
        let first = try #require(ObjectID(try await fixture.commit()))
        try fixture.write("a", "b")
        let second = try #require(ObjectID(try await fixture.commit()))
        let repository = try Repository(path: fixture.repositoryPath)
        #expect(try repository.isDescendant(second, of: first))
        #expect(try repository.isDescendant(first, of: first))
        #expect(try !repository.isDescendant(first, of: second))
        let absent = try #require(ObjectID(String(repeating: "1", count: 40)))
        #expect(try !repository.isDescendant(second, of: absent))
        try repository.setReference("refs/heads/deployed", to: first)
        #expect(throws: GitError.self) { try repository.moveReference("refs/heads/deployed", from: second, to: second) }
        #expect(try repository.reference("refs/heads/deployed") == first)
        try repository.moveReference("refs/heads/deployed", from: first, to: second)
        #expect(try repository.reference("refs/heads/deployed") == second)
    }

    @Test func readsFilesByPath() async throws {
        let fixture = try await GitFixture()
        try fixture.write("Procfile", "web: run")
        try fixture.write("deploy/app.json", "{}")
        try fixture.link("link", to: "Procfile")
        try fixture.link("linked", to: "deploy")
        try await fixture.commit()
        let repository = try Repository(path: fixture.repositoryPath)
        let tree = try repository.commit(try #require(try repository.resolve("main"))).tree
        func read(_ path: String, maximum: Int = 100) throws -> [UInt8]? {
            try repository.file(at: RelativePath(validating: path), in: tree, maximum: maximum)
        }
        #expect(try read("Procfile") == Array("web: run".utf8))
        #expect(try read("deploy/app.json") == Array("{}".utf8))
        for path in ["nothing", "deploy/nothing", "Procfile/x", "linked/app.json"] { #expect(try read(path) == nil) }
        for path in ["link", "deploy"] {
            #expect(#expect(throws: CairnError.self) { try read(path) }?.code == .invalidFile)
        }
        let error = #expect(throws: CairnError.self) { try read("Procfile", maximum: 7) }
        #expect(error?.code == .invalidFile)
        #expect(error?.message == "'Procfile' is larger than 7 bytes")
    }

    @Test(arguments: [false, true])
    func streamsALargeBlob(packed: Bool) async throws {
        let fixture = try await GitFixture()
        var generator = SystemRandomNumberGenerator()
        let half = (0..<1_200_000).map { _ in generator.next() as UInt64 }.withUnsafeBytes { Data($0) }
        try fixture.write("large", half)
        try await fixture.git("config", "core.bigFileThreshold", "8m")
        try await fixture.commit()
        if packed { try await fixture.git("gc", "--quiet") }
        let repository = try Repository(path: fixture.repositoryPath)
        let id = try #require(try repository.resolve("main:large"))
        #expect(try repository.size(of: id) == half.count)
        #expect(half.count > BlobStream.threshold)
        let error = #expect(throws: GitError.self) { try repository.readBlob(id, maximum: 1000) }
        #expect(error?.code == .tooLarge)

        let stream = try BlobStream(id, in: repository)
        var read = Data()
        var buffer = [UInt8](repeating: 0, count: 100_000)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try stream.read(into: $0) }
            if count == 0 { break }
            read.append(contentsOf: buffer[..<count])
        }
        #expect(read == half)
    }

    @Test func aStreamThatIsNotReadToItsEndEnds() async throws {
        let fixture = try await GitFixture()
        try fixture.write("large", Data(count: 20 << 20))
        try await fixture.commit()
        let repository = try Repository(path: fixture.repositoryPath)
        let stream = try BlobStream(try #require(try repository.resolve("main:large")), in: repository)
        var buffer = [UInt8](repeating: 0, count: 10)
        #expect(try buffer.withUnsafeMutableBytes { try stream.read(into: $0) } > 0)
    }

    @Test func aMissingBlobFailsAtTheEndOfItsStream() async throws {
        let fixture = try await GitFixture()
        let repository = try Repository(path: fixture.repositoryPath)
        let stream = try BlobStream(.zero, in: repository)
        var buffer = [UInt8](repeating: 0, count: 10)
        let error = #expect(throws: GitError.self) { try buffer.withUnsafeMutableBytes { try stream.read(into: $0) } }
        #expect(error?.code == .incompleteBlob)
    }
}
