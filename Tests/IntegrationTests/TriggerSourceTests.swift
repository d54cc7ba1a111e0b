import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Plugins that change what is built")
    struct TriggerSource {
        @Test("What a plugin changes in the directory is built, and what it does to the image is deployed")
        func changes() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(
                    ["deployed-app-image-tag"],
                    doing: [
                        "post-extract": #"[[ -x $2/run.sh && -L $2/link && ! -e $2/.git ]]; echo edited >"$2/message""#,
                        "post-build": """
                        docker build --quiet -t "dokku/$2:latest" - >&2 <<<"FROM dokku/$2:latest
                        ENV ADDED=by-plugin"
                        """,
                    ], on: host)
                let app = try await SampleApp(
                    "web", on: host, files: ["run.sh": "#!/bin/sh\n", ".dockerignore": "ignored\n", "ignored": "x"])
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755], ofItemAtPath: app.directory + "/run.sh")
                try FileManager.default.createSymbolicLink(
                    atPath: app.directory + "/link", withDestinationPath: "message")
                try await app.commit("modes")
                let push = try await app.push().check()
                #expect(push.error.contains("A plugin has changed the image"))
                #expect(try await app.get().body == "edited web web.1 v1")
                #expect(try await app.get("/env").body.contains("ADDED=by-plugin"))
                let ignored = try await host.cairn("enter", "web", "web", "--", "ls", "/app/ignored")
                #expect(ignored.status != 0)

                // Another image that is on the host, by its tag; and one that is not.
                try plugin.behave("echo other", at: "deployed-app-image-tag")
                let failed = try await app.change(to: "two")
                #expect(failed.error.contains("the image dokku/web:other is not on this host"))
                let image = try await host.engine.inspectContainer(host.container(of: "web")).image
                try await host.engine.tagImage(image, repo: "dokku/web", tag: "other")
                try await app.push().check()
                #expect(try await host.engine.inspectContainer(host.container(of: "web")).image == image)
                try await host.engine.removeImage("dokku/web:other")
            }
        }

        @Test("A builder that is a plugin makes the image; one that is nobody's fails the push")
        func builder() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(
                    [],
                    doing: [
                        "builder-detect": "[[ ! -e $2/special ]] || echo special",
                        "builder-build": """
                        [[ $1 == special ]] || exit 0
                        cd "$3"; mv special Dockerfile; docker build --quiet -t "dokku/$2:latest" . >&2
                        """,
                    ], on: host)
                let app = try await SampleApp("web", on: host, files: ["special": SampleApp.dockerfile])
                try app.remove("Dockerfile")
                try await app.commit("no Dockerfile")
                try await app.push().check()
                #expect(try await app.get().body == "one web web.1 v1")
                let release = try host.store().currentRelease(of: host.store().app(AppName(validating: "web")))
                #expect(release?.content.builder == "special")
                try plugin.behave("echo none-such", at: "builder-detect")
                let failed = try await app.change(to: "two")
                #expect(failed.error.contains("E-NO-BUILDER"))
                #expect(failed.error.contains("none-such"))
                #expect(try await app.get().body == "one web web.1 v1")
            }
        }

        @Test("Branches that are not deployed, and fetches, are told")
        func git() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(
                    ["receive-branch", "git-pre-pull", "git-post-pull"], on: host)
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try await app.push(ref: "main:refs/heads/feature").check()
                #expect(try plugin.calls() == ["receive-branch|web|REVISION|refs/heads/feature"])
                try plugin.behave("exit 1", at: "receive-branch")
                #expect(try await app.push(ref: "main:refs/heads/other").status != 0)
                _ = try plugin.calls()
                try await host.git("clone", "--quiet", host.remote("web"), host.home + "/clone", in: host.home).check()
                #expect(try plugin.calls() == ["git-pre-pull|web", "git-post-pull|web"])
                #expect(FileManager.default.fileExists(atPath: host.home + "/clone/server.pl"))
                try plugin.behave("exit 1", at: "git-pre-pull")
                #expect(try await host.git("fetch", in: host.home + "/clone").status != 0)
            }
        }
    }
}
