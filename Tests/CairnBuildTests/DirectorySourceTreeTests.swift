import CairnCore
import Foundation
import CairnTestSupport
import Testing

@testable import CairnBuild

@Suite("Directories as sources")
struct DirectorySourceTreeTests {
    @Test func linksAreSentAndNeverFollowed() async throws {
        let fixture = try await GitFixture()
        try FileManager.default.removeItem(atPath: fixture.repositoryPath)
        try fixture.write("file", "content")
        try fixture.link("out", to: "/etc")
        try fixture.link("passwd", to: "/etc/passwd")
        try fixture.link("loop", to: ".")
        let tree = DirectorySourceTree(path: fixture.work, modificationTime: 0)
        let listed = try await Tar.list(try await tree.bytes())
        #expect(
            listed.map { $0.split(separator: " ").dropFirst(5).joined(separator: " ") } == [
                "file", "loop -> .", "out -> /etc", "passwd -> /etc/passwd",
            ])
        let error = await #expect(throws: CairnError.self) { try await tree.paths(ArchiveOptions(directory: "out")) }
        #expect(error?.code == .notFound)
    }

    @Test func emptyDirectoriesAndTimesAreKept() async throws {
        let fixture = try await GitFixture()
        try FileManager.default.removeItem(atPath: fixture.repositoryPath)
        try FileManager.default.createDirectory(
            atPath: fixture.work + "/tmp/cache", withIntermediateDirectories: true)
        try fixture.write("file", "x")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)], ofItemAtPath: fixture.work + "/file")
        let listed = try await Tar.list(try await DirectorySourceTree(path: fixture.work).bytes())
        #expect(listed.first == "-rw-r--r-- 0/0 1 2020-09-13 12:26:40 file")
        #expect(listed.count == 3)
    }

    @Test(.timeLimit(.minutes(5)))
    func whatIsNoFileIsLeftOutWithAWarning() async throws {
        let fixture = try await GitFixture()
        try FileManager.default.removeItem(atPath: fixture.repositoryPath)
        try fixture.write("file", "x")
        #expect(mkfifo(fixture.work + "/pipe", 0o600) == 0)
        let reporter = RecordingReporter()
        let tree = DirectorySourceTree(path: fixture.work)
        #expect(try await tree.paths(ArchiveOptions(reporter: reporter)) == ["file"])
        #expect(reporter.warnings == ["pipe is a device, socket or pipe: it is left out"])
        let error = await #expect(throws: CairnError.self) { try await tree.file(at: "pipe", maximum: 1) }
        #expect(error?.code == .invalidFile)
    }

    @Test func aMissingDirectoryIsAnIOError() async throws {
        let error = await #expect(throws: CairnError.self) {
            try await DirectorySourceTree(path: "/nowhere").bytes()
        }
        #expect(error?.code == .io)
        #expect(error?.message == "Cannot open '/nowhere' of the source: No such file or directory")
    }
}
