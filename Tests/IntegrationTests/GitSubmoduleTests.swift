import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Submodules")
    struct GitSubmodules {
        @Test("A submodule arrives at its commit, also when the branch has moved on, and is kept for the next build")
        func arrives() async throws {
            try await TestHost.run { host in
                let library = try await Library(on: host)
                let server = try await library.serve()
                defer { server.stop() }
                let app = try await SampleApp.withoutCopies("web", on: host)
                try await library.add(to: app, at: "vendor/lib")
                try await library.commit("moved on")
                let push = try await app.push().check()
                #expect(push.error.contains("Fetching submodule vendor/lib"))
                #expect(try await app.run("cat vendor/lib/text vendor/lib/deep/er").check().lines == ["first", "deep"])
                #expect(try await app.run("ls -A vendor/lib").check().lines.sorted() == ["deep", "text"])

                server.stop()
                try app.write(["message": "two\n"])
                try await app.commit("the server is down")
                let again = try await app.push().check()
                #expect(!again.error.contains("Fetching submodule"))
                #expect(try await app.run("cat vendor/lib/text").check().lines == ["first"])

                try await host.git("checkout", "--quiet", "origin/HEAD", in: app.directory + "/vendor/lib").check()
                try await host.git("fetch", "--quiet", library.repository, "main", in: app.directory + "/vendor/lib")
                    .check()
                try await host.git("checkout", "--quiet", "FETCH_HEAD", in: app.directory + "/vendor/lib").check()
                try await app.commit("a commit that the host does not have")
                let unreachable = try await app.push()
                #expect(unreachable.status != 0)
                #expect(unreachable.error.contains("'vendor/lib' could not be fetched"))
                #expect(unreachable.error.contains("E-GIT"))
                #expect(try app.liveVersions() == [2, 1])
            }
        }

        @Test("URLs that would run a program or read this host are refused and run nothing")
        func hostileURLs() async throws {
            try await TestHost.run { host in
                let library = try await Library(on: host)
                let server = try await library.serve()
                defer { server.stop() }
                let app = try await SampleApp.withoutCopies("web", on: host)
                try await library.add(to: app, at: "vendor/lib")
                let marker = host.root + "/marker"
                let urls = [
                    "ext::sh -c touch% \(marker)", "ext::touch${IFS}\(marker)", "--upload-pack=touch \(marker)",
                    "-u./evil", "ssh://-oProxyCommand=touch${IFS}\(marker)/x", "-oProxyCommand=touch${IFS}\(marker):x",
                    library.repository, "file://\(library.repository)", "../web.git", "http://127.0.0.1:1/\u{0a}evil",
                    "fd::17", "transport::address", "git://-oevil/x",
                ]
                for url in urls {
                    try await host.git(
                        "config", "--file", ".gitmodules", "submodule.vendor/lib.url", url, in: app.directory
                    ).check()
                    try await app.commit("hostile")
                    let push = try await app.push()
                    #expect(push.status != 0, "\(push)")
                    let reasons = ["E-GIT", "gitmodulesUrl"]
                    #expect(reasons.contains { push.error.contains($0) }, "\(url): \(push)")
                    #expect(!FileManager.default.fileExists(atPath: marker), "\(url)")
                    try await host.git("reset", "--quiet", "--hard", "HEAD~1", in: app.directory).check()
                }
                #expect(try app.liveVersions().isEmpty)
                #expect(try await app.stored() == nil)
            }
        }
    }
}

/// A repository that others use as a submodule, served by git's own daemon.
private struct Library {
    let host: TestHost
    let directory: String
    let port: Int
    var repository: String { host.root + "/export/lib.git" }

    init(on host: TestHost) async throws {
        self.host = host
        directory = host.home + "/lib"
        port = try FreePort.next()
        try FileManager.default.createDirectory(atPath: directory + "/deep", withIntermediateDirectories: true)
        try await host.git("init", "--quiet", "--initial-branch=main", in: directory).check()
        try "deep\n".write(toFile: directory + "/deep/er", atomically: true, encoding: .utf8)
        try await host.git("init", "--quiet", "--bare", "--initial-branch=main", repository, in: host.home).check()
        try await commit("first")
    }

    func commit(_ text: String) async throws {
        try "\(text)\n".write(toFile: directory + "/text", atomically: true, encoding: .utf8)
        try await host.git("add", "--all", in: directory).check()
        try await host.git("commit", "--quiet", "-m", text, in: directory).check()
        try await host.git("push", "--quiet", repository, "main", in: directory).check()
    }

    func serve() async throws -> ServerProcess {
        let programs = try await host.git("--exec-path", in: host.home).check().lines.joined()
        let server = ServerProcess(
            arguments: [
                programs + "/git-daemon", "--listen=127.0.0.1", "--port=\(port)", "--reuseaddr", "--export-all",
                "--base-path=\(host.root)/export",
            ], log: host.root + "/etc/git-daemon.log")
        try await server.start(until: .port(port))
        return server
    }

    func add(to app: SampleApp, at path: String) async throws {
        try await host.git(
            "submodule", "--quiet", "add", "git://127.0.0.1:\(port)/lib.git", path, in: app.directory
        ).check()
        try await app.commit("a submodule")
    }
}
