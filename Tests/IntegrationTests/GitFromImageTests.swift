import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Deploys of images")
    struct GitFromImages {
        @Test(
            "An image is deployed, with its own Procfile; the same again is not; a rebuild is; a bad one leaves all as it is"
        )
        func fromImage() async throws {
            try await TestHost.run { host in
                let base = try await SampleApp.withoutCopies(
                    "base", on: host, files: ["Procfile": "web: env ORIGIN=procfile perl server.pl\n"])
                try await base.push().check()
                let image = try #require(try host.release(of: "base")).imageTag
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("builder:set", "web", "selected", "buildpacks").check()

                let first = try await host.cairn("git:from-image", "web", image, "Ann Author", "ann@example.com")
                    .check()
                #expect(first.output.contains("-----> Image exists on host, skipping pull"))
                #expect(try await host.get("/env", host: "web.test.local").output.contains("ORIGIN=procfile"))
                let tip = try await host.tip(of: "web")
                let release = try #require(try host.release(of: "web"))
                #expect(release.content.source == "image" && release.content.revision == tip)
                #expect(try host.store().builds(of: host.app("web")).map(\.source) == ["image"])
                #expect(try await host.cairn("releases:info", "web").check().output.contains("image"))
                #expect(try await host.cairn("git:report", "web", "--git-source-image").check().lines == [image])
                let author = try await host.git(
                    "--git-dir", host.settings.repository(of: AppName(validating: "web")), "log", "--format=%an %ae",
                    "main", in: host.home)
                #expect(author.lines == ["Ann Author ann@example.com"])

                let same = try await host.cairn("git:from-image", "web", image).check()
                #expect(same.error.contains("No changes detected, skipping git commit"), "\(same)")
                #expect(try host.release(of: "web")?.version == 1)
                try await host.cairn("ps:rebuild", "web").check()
                #expect(try await host.get("/env", host: "web.test.local").output.contains("ORIGIN=procfile"))
                #expect(try host.release(of: "web")?.version == 2)

                // It has no command, or one that ends at once.
                let bare = try await host.cairn("git:from-image", "web", "debian:bookworm-slim")
                #expect(bare.status == 1 && bare.error.contains("Still serving: v2"), "\(bare)")
                let missing = try await host.cairn("git:from-image", "web", "127.0.0.1:1/none:1")
                #expect(missing.status == 1 && missing.error.contains("Failed to pull image: 127.0.0.1:1/none:1"))
                #expect(try await host.tip(of: "web") == tip)
                #expect(try await host.references(of: "web") == ["refs/heads/main"])
                #expect(try await host.get("/", host: "web.test.local").output.contains("one web web.1"))
                #expect(try await host.cairn("git:report", "web", "--git-source-image").check().lines == [image])
            }
        }

        @Test("An image without a command has nothing to start, and is told so")
        func withoutCommand() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp(
                    "bare", on: host, files: ["Dockerfile": "FROM debian:bookworm-slim\nENTRYPOINT []\nCMD []\n"])
                let push = try await app.push()
                #expect(push.status == 1 && push.error.contains("the image names no command"), "\(push)")
                #expect(push.error.contains("a Procfile with a line 'web: COMMAND'"))
            }
        }

        @Test("A directory of the host goes into the build; the commit's variable has the name that was set")
        func buildDirectory() async throws {
            try await TestHost.run { host in
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("ps:scale", "web", "web=0").check()
                try await host.cairn("git:set", "web", "rev-env-var", "COMMIT").check()
                try await host.cairn("builder-dockerfile:set", "web", "dockerfile-path", "deploy/Dockerfile").check()
                let directory = host.home + "/context"
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                try "hello".write(toFile: directory + "/greeting", atomically: true, encoding: .utf8)
                let image = "debian:bookworm-slim"
                try await host.cairn("git:from-image", "--build-dir", directory, "web", image).check()
                let repository = try host.settings.repository(of: AppName(validating: "web"))
                let files = try await host.git(
                    "--git-dir", repository, "ls-tree", "-r", "--name-only", "main", in: host.home)
                #expect(files.lines == ["deploy/Dockerfile", "greeting"])
                let variables = try await host.cairn("run", "web", "echo $COMMIT/$GIT_REV").check()
                #expect(try await variables.lines == ["\(host.tip(of: "web") ?? "")/"])

                let remote = try await host.ssh("git:from-image --build-dir /etc web \(image)")
                #expect(remote.status == 1 && remote.error.contains("E-NOT-ALLOWED"), "\(remote)")
                let absent = try await host.cairn("git:from-image", "--build-dir", "/none", "web", image)
                #expect(absent.error.contains("Invalid BUILD_DIR specified for docker build context"))
            }
        }

        @Test("An image is taken from standard input, also over ssh")
        func loadImage() async throws {
            try await TestHost.run { host in
                let base = try await SampleApp.withoutCopies("base", on: host)
                try await base.push().check()
                let built = try #require(try host.release(of: "base")).imageTag
                let name = "cairn-test-\(UInt32.random(in: 0...UInt32.max))"
                try await host.engine.tagImage(built, repo: name, tag: "1")
                let file = host.home + "/image.tar"
                try await host.run(
                    "/usr/bin/curl",
                    [
                        "--silent", "--fail", "--unix-socket", host.settings.engineSocket, "--output", file,
                        "http://engine/images/\(name):1/get",
                    ]
                ).check()
                try await host.engine.removeImage("\(name):1")
                try await host.cairn("apps:create", "web").check()
                let wrong = try await host.cairn("git:load-image", "web", "\(name):2", inputFile: file)
                #expect(
                    wrong.error.contains("Loaded image tarball but the specified docker image was not found: \(name):2")
                )
                try await host.engine.removeImage("\(name):1")
                try await host.cairn("git:load-image", "web", "\(name):1", inputFile: file).check()
                #expect(try await host.get("/", host: "web.test.local").output.contains("one web web.1 v1"))
                try await host.engine.removeImage("\(name):1")
                let broken = try await host.ssh("git:load-image web \(name):1", input: "no archive")
                #expect(broken.status == 1 && broken.error.contains("E-INVALID-FILE"), "\(broken)")
            }
        }
    }
}
