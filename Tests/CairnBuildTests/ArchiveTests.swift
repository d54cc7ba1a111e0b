import CairnCore
import Foundation
import LibGit
import NIOCore
import CairnTestSupport
import Testing

@testable import CairnBuild

@Suite("Archives of source trees")
struct ArchiveTests {
    @Test func aCommitIsSentAsItIs() async throws {
        let fixture = try await GitFixture()
        try fixture.write("app.js", "code")
        try fixture.write("bin/run", "#!/bin/sh\n", executable: true)
        try fixture.link("current", to: "bin/run")
        let long = String(repeating: "long/", count: 60) + "größe.txt"
        try fixture.write(long, "x")
        let tree = try await fixture.tree()
        let listed = try await Tar.list(try await tree.bytes())
        #expect(listed.first == "-rw-r--r-- 0/0 4 2023-11-14 22:13:20 app.js")
        #expect(listed.contains("drwxr-xr-x 0/0 0 2023-11-14 22:13:20 bin/"))
        #expect(listed.contains("-rwxr-xr-x 0/0 10 2023-11-14 22:13:20 bin/run"))
        #expect(listed.contains("lrwxrwxrwx 0/0 0 2023-11-14 22:13:20 current -> bin/run"))
        #expect(listed.last == "-rw-r--r-- 0/0 1 2023-11-14 22:13:20 \(long)")
        #expect(try await Tar.content(long, of: try await tree.bytes()) == "x")
    }

    @Test func aDirectoryOfTheSameFilesGivesTheSameBytes() async throws {
        let fixture = try await GitFixture()
        for path in ["a", "a.b", "ab/c", "a-/d", "z/y/x"] { try fixture.write(path, path) }
        try fixture.write("run", "x", executable: true)
        try fixture.link("link", to: "nowhere")
        let commit = try await fixture.tree().bytes()
        #expect(
            try await Tar.paths(commit) == [
                "a", "a-/", "a-/d", "a.b", "ab/", "ab/c", "link", "run", "z/", "z/y/", "z/y/x",
            ])
        try FileManager.default.removeItem(atPath: fixture.repositoryPath)
        let directory = DirectorySourceTree(path: fixture.work, modificationTime: 1_700_000_000)
        #expect(try await directory.bytes() == commit)
    }

    @Test func emptyFilesAndExactBlocksArePadded() async throws {
        let fixture = try await GitFixture()
        for size in [0, 1, 511, 512, 513, 262_144, 300_000] {
            try fixture.write("f\(size)", Data(repeating: UInt8(ascii: "x"), count: size))
        }
        let archive = try await fixture.tree().bytes()
        #expect(archive.count % 512 == 0)
        #expect(archive.suffix(1024).allSatisfy { $0 == 0 })
        for size in [0, 1, 511, 512, 513, 262_144, 300_000] {
            #expect(try await Tar.content("f\(size)", of: archive) == String(repeating: "x", count: size))
        }
    }

    @Test func aLargeBlobComesThroughGit() async throws {
        let fixture = try await GitFixture()
        try fixture.write("large", Data((0..<9_500_000).map { UInt8(truncatingIfNeeded: $0 % 251) }))
        try fixture.write("small", "s")
        let archive = try await fixture.tree().bytes()
        #expect(try await Tar.list(archive).first?.contains(" 9500000 ") == true)
        #expect(archive[512..<9_500_512].enumerated().allSatisfy { $1 == UInt8($0 % 251) })
        #expect(try await Tar.content("small", of: archive) == "s")
    }

    @Test func dockerignoreIsApplied() async throws {
        let fixture = try await GitFixture()
        try fixture.write(".dockerignore", "node_modules\n**/*.log\ndocs\n!docs/keep.md\nDockerfile\n.dockerignore\n")
        for path in [
            "Dockerfile", "app.js", "node_modules/x/y.js", "a/b/c.log", "a/b/d", "docs/drop.md", "docs/keep.md",
        ] {
            try fixture.write(path, path)
        }
        let tree = try await fixture.tree()
        #expect(
            try await tree.paths(ArchiveOptions(dockerfile: "Dockerfile")) == [
                ".dockerignore", "Dockerfile", "a/", "a/b/", "a/b/d", "app.js", "docs/", "docs/keep.md",
            ])
        // Without a Dockerfile there is no builder that needs the two.
        #expect(try await tree.paths().first == "a/")
        #expect(try await tree.paths(ArchiveOptions(appliesDockerignore: false)).count == 13)
    }

    @Test func aDockerfilesOwnIgnoreFileComesFirst() async throws {
        let fixture = try await GitFixture()
        try fixture.write(".dockerignore", "a")
        try fixture.write("deploy/Dockerfile.dockerignore", "b\ndeploy")
        for path in ["a", "b", "deploy/Dockerfile", "deploy/other"] { try fixture.write(path, path) }
        let tree = try await fixture.tree()
        #expect(
            try await tree.paths(ArchiveOptions(dockerfile: "deploy/Dockerfile")) == [
                ".dockerignore", "a", "deploy/", "deploy/Dockerfile",
            ])
        #expect(try await tree.paths(ArchiveOptions(dockerfile: "Dockerfile")).contains("b"))
    }

    @Test func aDirectoryBecomesTheRoot() async throws {
        let fixture = try await GitFixture()
        try fixture.write("outside", "o")
        try fixture.write(".dockerignore", "kept")
        try fixture.write("services/web/.dockerignore", "dropped")
        for name in ["kept", "dropped", "Dockerfile"] { try fixture.write("services/web/" + name, name) }
        let tree = try await fixture.tree()
        #expect(
            try await tree.paths(ArchiveOptions(directory: "services/web")) == [".dockerignore", "Dockerfile", "kept"])
        let directory = DirectorySourceTree(path: fixture.work)
        #expect(
            try await directory.paths(ArchiveOptions(directory: "services/web")) == [
                ".dockerignore", "Dockerfile", "kept",
            ])
        for tree in [tree, directory] as [any SourceTree] {
            let error = await #expect(throws: CairnError.self) {
                try await tree.paths(ArchiveOptions(directory: "services/api"))
            }
            #expect(error?.code == .notFound)
            #expect(error?.message == "The source has no directory 'services/api' to build")
        }
    }

    @Test func extraFilesAreAddedAndReplace() async throws {
        let fixture = try await GitFixture()
        for path in ["a", "Dockerfile", "bin/tool"] { try fixture.write(path, "old") }
        let options = ArchiveOptions(extraFiles: [
            ExtraFile(path: "Dockerfile", content: Array("new".utf8)),
            ExtraFile(path: "bin/more", content: Array("m".utf8), isExecutable: true),
            ExtraFile(path: ".cairn/deep/start", content: []),
        ])
        let archive = try await fixture.tree().bytes(options)
        #expect(
            try await Tar.paths(archive) == [
                "a", "bin/", "bin/tool", ".cairn/", ".cairn/deep/", ".cairn/deep/start", "Dockerfile", "bin/more",
            ])
        #expect(try await Tar.content("Dockerfile", of: archive) == "new")
        #expect(try await Tar.list(archive).last == "-rwxr-xr-x 0/0 1 2023-11-14 22:13:20 bin/more")
        let alone = try await EmptySourceTree().bytes(options)
        #expect(try await Tar.paths(alone).count == 6)
    }

    @Test func theSameCommitAlwaysGivesTheSameBytes() async throws {
        let fixture = try await GitFixture()
        for path in ["a", "b/c", "d"] { try fixture.write(path, path) }
        let tree = try await fixture.tree()
        #expect(try await tree.bytes() == (try await tree.bytes()))
    }

    @Test func aPointerOfLFSIsSentWithOneWarning() async throws {
        let fixture = try await GitFixture()
        let pointer =
            "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0", count: 64))\nsize 12345\n"
        try fixture.write("model.bin", pointer)
        try fixture.write("other.bin", pointer)
        let reporter = RecordingReporter()
        let archive = try await fixture.tree().bytes(ArchiveOptions(reporter: reporter))
        #expect(try await Tar.content("model.bin", of: archive) == pointer)
        #expect(reporter.warnings.count == 1)
        #expect(reporter.warnings.first?.hasPrefix("model.bin is a pointer of Git LFS") == true)
    }

    @Test func aHostileTreeIsRefused() async throws {
        let fixture = try await GitFixture()
        let blob = try await fixture.git("hash-object", "-w", "--stdin", input: [1])
        let entry = Array("100644 ../escape\0".utf8) + (try #require(ObjectID(blob))).bytes
        let tree = try await fixture.git("hash-object", "-w", "--literally", "-t", "tree", "--stdin", input: entry)
        let commit = try await fixture.git("commit-tree", "-m", "x", tree)
        let source = GitSourceTree(repositoryPath: fixture.repositoryPath, commit: try #require(ObjectID(commit)))
        let error = await #expect(throws: CairnError.self) { try await source.bytes() }
        #expect(error?.code == .invalidFile)
        #expect(error?.message.contains("'../escape'") == true)
    }

    @Test func readsSingleFiles() async throws {
        let fixture = try await GitFixture()
        try fixture.write("Procfile", "web: x")
        try fixture.write("d/app.json", "{}")
        try fixture.link("link", to: "/etc/passwd")
        try fixture.link("out", to: "/etc")
        let trees: [any SourceTree] = [try await fixture.tree(), DirectorySourceTree(path: fixture.work)]
        for tree in trees {
            #expect(try await tree.file(at: "Procfile", maximum: 100) == Array("web: x".utf8))
            #expect(try await tree.file(at: "d/app.json", maximum: 100) == Array("{}".utf8))
            for path in ["nothing", "d/nothing", "Procfile/x", "out/passwd"] as [RelativePath] {
                #expect(try await tree.file(at: path, maximum: 100) == nil)
                #expect(try await !tree.contains(path))
            }
            for path in ["link", "d"] as [RelativePath] {
                let error = await #expect(throws: CairnError.self) { try await tree.file(at: path, maximum: 100) }
                #expect(error?.code == .invalidFile)
            }
            let error = await #expect(throws: CairnError.self) { try await tree.file(at: "Procfile", maximum: 5) }
            #expect(error?.code == .invalidFile)
            #expect(try await tree.contains("link"))
            #expect(try await !tree.contains("d"))
        }
    }

    @Test func aRepositoryThatIsGoneIsAGitError() async throws {
        let tree = GitSourceTree(repositoryPath: "/nowhere", commit: .zero)
        let error = await #expect(throws: CairnError.self) { try await tree.contains("x") }
        #expect(error?.code == .git)
    }
}

extension GitFixture {
    /// Commits everything and gives the commit as a source.
    func tree() async throws -> GitSourceTree {
        GitSourceTree(repositoryPath: repositoryPath, commit: try #require(ObjectID(try await commit())))
    }
}
