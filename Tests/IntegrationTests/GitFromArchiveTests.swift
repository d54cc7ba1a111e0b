import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Deploys of archives")
    struct GitFromArchives {
        @Test("tar, tar.gz and zip come by standard input and from a web server, and can be built again")
        func kinds() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("code", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("ps:scale", "web", "web=0").check()
                let port = try FreePort.next()
                let server = ServerProcess(
                    arguments: [
                        "/usr/bin/env", "python3", "-m", "http.server", "\(port)", "--bind", "127.0.0.1", "--directory",
                        host.home,
                    ], log: host.home + "/http.log")
                try await server.start(until: .port(port))
                defer { server.stop() }
                for kind in ["tar", "tar.gz", "zip"] {
                    try app.write(["message": "\(kind) input\n"])
                    try await app.commit(kind)
                    let file = try await app.archive(kind)
                    let input = try await host.cairn(
                        "git:from-archive", "--archive-type", kind, "web", "--", "Ann", "ann@example.com",
                        inputFile: file)
                    try input.check()
                    #expect(try await host.cairn("run", "web", "cat message").lines == ["\(kind) input"])

                    try app.write(["message": "\(kind) web\n"])
                    try await app.commit(kind)
                    let name = try await app.archive(kind, prefix: "").split(separator: "/").last ?? ""
                    try await host.cairn("git:from-archive", "web", "http://127.0.0.1:\(port)/\(name)").check()
                    #expect(try await host.cairn("run", "web", "cat message").lines == ["\(kind) web"])
                }
                let release = try #require(try host.release(of: "web"))
                #expect(release.version == 6 && release.content.source == "archive")
                #expect(try await host.tip(of: "web") == release.content.revision)
                #expect(try await host.references(of: "web") == ["refs/heads/main"])
                try await host.cairn("ps:rebuild", "web").check()
                #expect(try await host.cairn("run", "web", "cat message").lines == ["zip web"])

                let absent = try await host.cairn("git:from-archive", "web", "http://127.0.0.1:\(port)/none.tar")
                #expect(absent.status == 1 && absent.error.contains("E-FETCH"), "\(absent)")
                let nothing = try await host.cairn("git:from-archive", "web")
                #expect(nothing.error.contains("Please specify an archive url or -- to fetch the archive from stdin"))
                let type = try await host.cairn("git:from-archive", "--archive-type", "rar", "web", "--")
                #expect(type.error.contains("Invalid archive type specified"))
            }
        }

        @Test(
            "A hostile archive, and one that does not build, leave the old release serving and the branch where it was")
        func failures() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("code", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("git:from-archive", "web", "--", inputFile: app.archive("tar.gz")).check()
                let tip = try await host.tip(of: "web")
                #expect(try await host.get("/", host: "web.test.local").output.contains("one web web.1 v1"))
                let unchanged = try await host.cairn("git:from-archive", "web", "--", inputFile: app.archive("zip"))
                    .check()
                #expect(unchanged.error.contains("No changes detected"))

                try FileManager.default.createSymbolicLink(
                    atPath: app.directory + "/out", withDestinationPath: "../../../etc/passwd")
                try await app.commit("a link out")
                let hostile = try await host.cairn("git:from-archive", "web", "--", inputFile: app.archive("tar"))
                #expect(hostile.status == 1 && hostile.error.contains("E-ARCHIVE-REFUSED"), "\(hostile)")
                #expect(hostile.error.contains("leads out of it"))
                try app.remove("out")

                let zeros = host.home + "/zeros.tar.gz"
                try await host.run(
                    "/bin/sh",
                    ["-c", "cd \"$0\" && head -c 60000000 /dev/zero > zeros && tar czf \"$1\" zeros", host.home, zeros]
                ).check()
                let bomb = try await host.cairn("git:from-archive", "web", "--", inputFile: zeros)
                #expect(bomb.status == 1 && bomb.error.contains("unpacks to far more"), "\(bomb)")
                try await host.cairn("git:set", "web", "archive-max-files", "2").check()
                let many = try await host.cairn("git:from-archive", "web", "--", inputFile: app.archive("tar"))
                #expect(many.error.contains("more than 2 members"), "\(many)")
                try await host.cairn("git:set", "web", "archive-max-files").check()

                try app.write(["Dockerfile": "FROM debian:bookworm-slim\nRUN exit 9\n"])
                try await app.commit("does not build")
                let broken = try await host.cairn("git:from-archive", "web", "--", inputFile: app.archive("tar"))
                #expect(broken.status == 1 && broken.error.contains("E-BUILD-FAILED"), "\(broken)")
                let short = host.home + "/short.tar.gz"
                try await host.run(
                    "/bin/sh", ["-c", "head -c 400 \"$0\" > \"$1\"", try await app.archive("tar.gz"), short]
                ).check()
                let cut = try await host.cairn("git:from-archive", "web", "--", inputFile: short)
                #expect(cut.status == 1 && cut.error.contains("E-ARCHIVE-REFUSED"), "\(cut)")

                #expect(try await host.tip(of: "web") == tip)
                #expect(try await host.references(of: "web") == ["refs/heads/main"])
                #expect(try await host.get("/", host: "web.test.local").output.contains("one web web.1 v1"))
                let left = try FileManager.default.contentsOfDirectory(atPath: host.root + "/run")
                #expect(!left.contains { $0.hasPrefix("spool") })
            }
        }
    }
}
