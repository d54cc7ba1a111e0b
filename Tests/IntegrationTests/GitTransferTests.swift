import CairnStore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Reading back, and paths")
    struct GitTransfer {
        @Test("What was pushed can be cloned, fetched and archived")
        func readsBack() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp.withoutCopies("web", on: host, files: ["dir/ü file.txt": "content\n"])
                try await app.push().check()
                let copy = host.home + "/copy"
                try await host.git("clone", "--quiet", host.remote("web"), copy, in: host.home).check()
                #expect(try await host.git("rev-parse", "HEAD", in: copy).lines.joined() == app.revision())
                #expect(try await host.git("branch", "--show-current", in: copy).lines == ["main"])
                #expect(try String(contentsOfFile: copy + "/dir/ü file.txt", encoding: .utf8) == "content\n")

                try await app.commit("second")
                try await app.push(ref: "main:later").check()
                try await host.git("fetch", "--quiet", in: copy).check()
                #expect(try await host.git("rev-parse", "origin/later", in: copy).lines.joined() == app.revision())

                let file = host.home + "/web.tar"
                try await host.git(
                    "archive", "--remote", host.remote("web"), "--output", file, "main", in: host.home
                ).check()
                let names = try await host.run("/usr/bin/tar", ["-tf", file]).check().lines
                #expect(names.contains("server.pl") && names.contains("Dockerfile"), "\(names)")
            }
        }

        @Test("Paths that are not an app's are refused, for reading and for writing, and make nothing")
        func paths() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp.withoutCopies("web", on: host)
                try await app.push(ref: "main:other").check()
                let base = "ssh://root@127.0.0.1:\(host.sshPort)"
                // An absolute repository of somebody else's, which git itself would serve.
                let foreign = host.home + "/web"
                let paths = [
                    "/../../etc", "/..", "/etc/passwd", "//etc", "/~root/x", foreign, host.root + "/repos/web.git",
                    "/web/../web", "/web/", "/repos/web.git", "/--upload-pack=id", "/Web", "/we%20b", "/.git",
                ]
                for path in paths {
                    let read = try await host.git("ls-remote", base + path, in: host.home)
                    #expect(read.status != 0 && read.error.contains("[E-"), "\(read)")
                    let push = try await host.git("push", base + path, "main", in: app.directory)
                    #expect(push.status != 0 && push.error.contains("[E-"), "\(push)")
                }
                for path in paths.prefix(3) {
                    let archive = try await host.git("archive", "--remote", base + path, "main", in: host.home)
                    #expect(archive.status != 0 && archive.error.contains("[E-"), "\(archive)")
                }
                let missing = try await host.git("clone", "--quiet", base + "/nope", host.home + "/got", in: host.home)
                #expect(missing.error.contains("[E-APP-NOT-FOUND]"), "\(missing)")
                #expect(!FileManager.default.fileExists(atPath: host.home + "/got"))
                #expect(try await host.cairn("--quiet", "apps:list").lines == ["web"])
                #expect(try FileManager.default.contentsOfDirectory(atPath: host.root + "/repos") == ["web.git"])
                for good in ["/web.git", "/web"] {
                    try await host.git("ls-remote", base + good, in: host.home).check()
                }
                try await host.git("ls-remote", "root@127.0.0.1:web", in: host.home, environment: host.portInSSHCommand)
                    .check()
            }
        }
    }
}

extension TestHost {
    /// For addresses of the form `user@host:path`, which have no place for a port.
    fileprivate var portInSSHCommand: [String: String] {
        ["GIT_SSH_COMMAND": (gitEnvironment["GIT_SSH_COMMAND"] ?? "ssh") + " -p \(sshPort)"]
    }
}
