import CairnCore
import CairnFiles
import Foundation
import Glibc
import SystemPackage
import Testing

@Suite struct FilesTests {
    /// A directory that is removed with the test's end.
    private func withDirectory(_ body: (FilePath) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.path + "/files-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(FilePath(directory))
    }

    @Test func writesTheTextWithItsModeWhateverTheUmaskSays() throws {
        try withDirectory { directory in
            let former = umask(0o077)
            defer { umask(former) }
            try Files.write("text\n", to: directory.appending("file"), mode: 0o644)
            #expect(Files.readIfPresent(directory.appending("file")) == "text\n")
            #expect(Files.status(directory.appending("file"))?.st_mode == S_IFREG | 0o644)
            #expect(Files.entries(directory) == ["file"], "the temporary file is gone")
        }
    }

    @Test func leavesAloneWhatIsRightAlready() throws {
        try withDirectory { directory in
            let path = directory.appending("file")
            var written = try Files.writeIfChanged("a", to: path)
            #expect(written)
            let before = Files.status(path)?.st_ino
            written = try Files.writeIfChanged("a", to: path)
            #expect(!written)
            #expect(Files.status(path)?.st_ino == before)
            written = try Files.writeIfChanged("a", to: path, mode: 0o600)
            #expect(written, "other permissions are a change")
            written = try Files.writeIfChanged("b", to: path, mode: 0o600)
            #expect(written)
        }
    }

    @Test func aLinkInTheFilesPlaceIsReplacedAndNotWrittenThrough() throws {
        try withDirectory { directory in
            try Files.write("victim", to: directory.appending("victim"))
            try Files.link(directory.appending("file"), to: "victim")
            #expect(Files.linkTarget(directory.appending("file")) == "victim")
            try Files.write("new", to: directory.appending("file"))
            #expect(Files.readIfPresent(directory.appending("victim")) == "victim")
            #expect(Files.linkTarget(directory.appending("file")) == nil)
        }
    }

    @Test func whatCannotBeWrittenSaysSoAndLeavesNothing() throws {
        try withDirectory { directory in
            try Files.write("old", to: directory.appending("file"))
            let error = #expect(throws: CairnError.self) {
                try Files.write("x", to: directory.appending("file").appending("below"))
            }
            #expect(error?.code == .io)
            #expect(error?.message.contains("file/below") == true)
            #expect(Files.readIfPresent(directory.appending("file")) == "old")
            #expect(Files.entries(directory) == ["file"])
        }
    }

    @Test func aFullDiskHasItsOwnCode() {
        #expect(Files.failure("write", "/x", .noSpace).code == .diskFull)
        #expect(Files.failure("write", "/x", .diskQuotaExceeded).code == .diskFull)
        #expect(Files.failure("write", "/x", .permissionDenied).code == .io)
    }

    @Test func directoriesAreMadeWithThoseAbove() throws {
        try withDirectory { directory in
            try Files.makeDirectory(directory.appending("a").appending("b"), mode: 0o700)
            #expect(Files.status(directory.appending("a").appending("b"))?.st_mode == S_IFDIR | 0o700)
            try Files.makeDirectory(directory.appending("a").appending("b"), mode: 0o755)
            #expect(Files.status(directory.appending("a").appending("b"))?.st_mode == S_IFDIR | 0o700)
        }
    }
}
