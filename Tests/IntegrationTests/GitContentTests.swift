import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("What arrives in the container")
    struct GitContent {
        /// Names, kinds, permissions, targets of links, and checksums of all files below the working directory.
        static let manifest = """
            export LC_ALL=C
            find . -path ./.git -prune -o -printf '%y %M %P -> %l\\0' | sort -z | tr '\\0' '\\n'
            find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
            """

        @Test("Links, executables, odd names, empty directories, large files and LFS pointers, byte for byte")
        func everyKindOfFile() async throws {
            try await TestHost.run { host in
                let pointer = """
                    version https://git-lfs.github.com/spec/v1
                    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
                    size 12345

                    """
                let deep = (1...12).map { "a-directory-with-a-long-name-\($0)" }.joined(separator: "/")
                let app = try await SampleApp.withoutCopies(
                    "web", on: host,
                    files: [
                        "with space.txt": "1", "ünïcode 日本 🪨.txt": "2", "new\nline.txt": "3",
                        "it's \"quoted\" \\.txt": "4",
                        "-rf": "5", "tab\tand $HOME `id`;.txt": "6", "\(deep)/deep.txt": "7", "no-newline": "x",
                        "empty": "",
                        "model.bin": pointer, "more/other.bin": pointer, "crlf.txt": "a\r\nb\r\n", "*": "star",
                        "a/b": "", "a.b": "",
                    ])
                try await addLinks(app)
                try addLargeFiles(app)
                try await commitWithEmptyDirectory(app)

                let push = try await app.push().check()
                #expect(push.error.components(separatedBy: "pointer of Git LFS").count == 2, "\(push.error)")
                let there = try await app.run(Self.manifest).check()
                let here = try await host.run("/bin/sh", ["-c", "cd \"$0\" && \(Self.manifest)", app.directory]).check()
                #expect(here.lines.count > 40)
                #expect(there.lines == here.lines)
            }
        }

        private func addLinks(_ app: SampleApp) async throws {
            let links = [
                "relative": "message", "up": "../../etc/passwd", "absolute": "/etc/hostname", "dangling": "nowhere",
                "loop": "loop", "to-directory": "a",
            ]
            for (name, target) in links {
                try FileManager.default.createSymbolicLink(
                    atPath: app.directory + "/" + name, withDestinationPath: target)
            }
            try app.write(["script.sh": "#!/bin/sh\necho ran\n"])
            try await app.host.run("/bin/chmod", ["755", app.directory + "/script.sh"]).check()
        }

        /// Below and above the size from which content is streamed instead of read whole; not compressible.
        private func addLargeFiles(_ app: SampleApp) throws {
            var generator = SystemRandomNumberGenerator()
            for (name, size) in [("small.bin", 8 << 20), ("large.bin", 8 << 20 + 1), ("larger.bin", 20_000_003)] {
                var data = Data(capacity: size + 8)
                while data.count < size { withUnsafeBytes(of: generator.next()) { data.append(contentsOf: $0) } }
                try data.prefix(size).write(to: URL(fileURLWithPath: app.directory + "/" + name))
            }
        }

        /// The index has no place for an empty directory, a tree has.
        private func commitWithEmptyDirectory(_ app: SampleApp) async throws {
            try await app.commit("all kinds of files")
            let git = { (input: String, arguments: [String]) in
                try await app.host.run(
                    "/usr/bin/git", ["-C", app.directory] + arguments, input: input,
                    environment: app.host.gitEnvironment
                ).check().output
            }
            let empty = try await git("", ["hash-object", "-w", "-t", "tree", "--stdin"]).dropLast()
            let entries = try await git("", ["ls-tree", "-z", "HEAD"])
            let tree = try await git(entries + "040000 tree \(empty)\tnothing in here\0", ["mktree", "-z"]).dropLast()
            let commit = try await git("", ["commit-tree", "-p", "HEAD", "-m", "an empty directory", String(tree)])
                .dropLast()
            _ = try await git("", ["update-ref", "refs/heads/main", String(commit)])
            try FileManager.default.createDirectory(
                atPath: app.directory + "/nothing in here", withIntermediateDirectories: false)
        }

        @Test("Links in the place of control files are refused, and nothing of the host is shown")
        func linkedControlFiles() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp.withoutCopies("web", on: host)
                try await app.push().check()
                let secret = host.root + "/secret"
                try "FROM debian:bookworm-slim\n# the-secret\n".write(toFile: secret, atomically: true, encoding: .utf8)
                for (file, targets) in [
                    ("Dockerfile", ["/etc/passwd", secret, "../../../../\(secret)"]),
                    ("Procfile", ["/etc/passwd", secret]),
                    ("app.json", ["/etc/passwd", secret]), (".dockerignore", ["/etc/passwd", secret]),
                ] {
                    for target in targets {
                        try? app.remove(file)
                        try FileManager.default.createSymbolicLink(
                            atPath: app.directory + "/" + file, withDestinationPath: target)
                        try await app.commit("link")
                        let push = try await app.push()
                        #expect(push.status != 0, "\(file) -> \(target): \(push)")
                        // The engine itself looks for the Dockerfile, in the build's own root.
                        let code = file == "Dockerfile" ? "E-BUILD-FAILED" : "E-INVALID-FILE"
                        #expect(push.error.contains(code), "\(file) -> \(target): \(push)")
                        #expect(!push.error.contains("root:x:") && !push.error.contains("the-secret"), "\(push)")
                        try await host.git("reset", "--quiet", "--hard", "HEAD~1", in: app.directory).check()
                    }
                }
                #expect(try app.liveVersions() == [1])
                #expect(try await app.stored() == app.revision())
            }
        }
    }
}
