import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Builds by buildpacks")
    struct Buildpacks {
        @Test("Several buildpacks in order, their exports and profiles, the cache, the user, and signals")
        func story() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let first = try await server.publish("first")
                    try await server.update("first", tag: "v1")
                    try server.write("first", "version", "two\n")
                    try await server.update("first")
                    let second = try await server.publish("second")
                    let app = try await SampleApp.forBuildpacks(
                        "web", on: host,
                        files: [
                            ".buildpacks": "\(first)#v1\n\(second)\n",
                            ".profile": "export FROM_PROFILE=\"$FIRST_PROFILE!\"\n",
                        ])
                    let secret = "secret\(UInt64.random(in: 0...UInt64.max))value"
                    try await host.cairn("config:set", "web", "SECRET=\(secret)", "MESSAGE=of the app").check()

                    try await firstPush(app, secret)
                    try await running(app)
                    try await secondPush(app)
                    try await oneOffs(app)
                    try await orphans(app)
                    #expect(try await !app.imageHolds(secret))
                    // What is in the image would be found.
                    #expect(try await app.imageHolds("export FROM_PROFILE="))
                    try await graceful(app)
                }
            }
        }

        private func firstPush(_ app: SampleApp, _ secret: String) async throws {
            let push = try await app.push().check()
            #expect(push.error.contains("-----> Using the buildpacks of .buildpacks:"))
            #expect(push.error.contains("-----> First app detected"))
            #expect(push.error.contains("-----> First, version one"))
            #expect(push.error.contains("       built 1 times with this cache"))
            #expect(push.error.contains("-----> Second sees value of first"))
            #expect(push.error.contains("Default types for buildpack -> clock, web"))
            #expect(push.error.contains("heroku-postgresql"))
            #expect(!push.error.contains("config var is in the environment"))
            #expect(!push.error.contains(secret))
            let release = try app.release()
            #expect(release.content.builder == "buildpacks")
            #expect(release.content.commands["web"] == "exec perl server.pl")
            #expect(release.content.build?.buildpacks.count == 2)
            #expect(release.content.build?.buildpacks.first?.hasPrefix("http://127.0.0.1:") == true)
        }

        private func running(_ app: SampleApp) async throws {
            #expect(try await app.get().body == "one web web.1 v1")
            let environment = try await app.get("/env").body.split(separator: "\n").map(String.init)
            for line in [
                "FIRST_PROFILE=of /app", "FROM_PROFILE=of /app!", "HOME=/app", "PROPOSED=by second",
                "MESSAGE=of the app",
                "STACK=cairn-1",
            ] { #expect(environment.contains(line)) }
            #expect(!environment.contains { $0.hasPrefix("EXPORTED_BY_FIRST=") })
        }

        private func secondPush(_ app: SampleApp) async throws {
            let push = try await app.change(to: "two").check()
            #expect(push.error.contains("       built 2 times with this cache"))
            #expect(try await app.get().body == "two web web.1 v2")
            // The same once more, from BuildKit's own cache.
            let again = try await app.host.cairn("ps:rebuild", app.name).check()
            #expect(again.output.contains("Nothing has changed: taken from the last build"))
            #expect(try await app.get().body == "two web web.1 v3")
            let list = try await app.host.cairn("builds:list", app.name).check()
            #expect(list.lines.count == 4)
            let id = try #require(list.lines[1].split(separator: " ").first.map(String.init))
            let info = try await app.host.cairn("builds:info", app.name, id).check()
            #expect(
                info.output.contains(" steps") && info.output.contains("Buildpack:")
                    && info.output.contains("Time build"))
        }

        private func oneOffs(_ app: SampleApp) async throws {
            #expect(
                try await app.run("id -u && pwd && echo $FROM_PROFILE").check().lines == ["1000", "/app", "of /app!"])
            #expect(try await app.host.cairn("run", app.name, "printenv", "FROM_PROFILE").check().lines == ["of /app!"])
            #expect(try await app.run("cat secret-length surroundings").check().output.hasPrefix("3") == true)
            let inside = try await app.host.cairn("enter", app.name, "web", "printenv", "FROM_PROFILE").check()
            #expect(inside.lines == ["of /app!"])
            let owner = try await app.run("touch /app/x && stat --format=%U /app/server.pl").check()
            #expect(owner.lines == ["app"])
        }

        /// The server waits for no child, so what is left to it would stay a zombie if it were the first process.
        private func orphans(_ app: SampleApp) async throws {
            let first = try await app.host.cairn("enter", app.name, "web", "cat", "/proc/1/comm").check()
            #expect(first.lines != ["perl"])
            try await app.host.cairn("enter", app.name, "web", "sh", "-c", "sleep 0 &").check()
            let areReaped = try await eventually {
                let script = "cut -d ' ' -f 3 /proc/[0-9]*/stat 2>/dev/null || true"
                let states = try await app.host.cairn("enter", app.name, "web", "sh", "-c", script).check()
                return !states.lines.contains("Z")
            }
            #expect(areReaped)
        }

        /// The server answers TERM by ending with 0; killed by it, the status would be another.
        private func graceful(_ app: SampleApp) async throws {
            let container = try await app.container()
            #expect(container.command.hasPrefix("/start web"))
            try await app.host.engine.stopContainer(container.id, timeout: 30)
            let state = try await app.host.engine.inspectContainer(container.id).state
            #expect(state.exitCode == 0)
        }

        @Test("A build that fails says why, whatever the buildpack does, and the old release serves on")
        func failures() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let moody = try await server.publish("moody")
                    let app = try await SampleApp.forBuildpacks("web", on: host)
                    try await host.cairn("buildpacks:set", "web", moody).check()
                    try await host.cairn("buildpacks:set-property", "web", "time-limit", "5").check()
                    try await app.push().check()

                    let before = try await Remains(of: host)
                    let failed = try await app.push(in: "fail")
                    #expect(failed.error.contains(" !     the reason of the failure"))
                    #expect(failed.error.contains("\(moody) failed: its bin/compile ended with status 7"))
                    #expect(failed.error.contains("E-BUILD-FAILED"))
                    #expect(failed.error.contains("Still serving: v1"))
                    let refused = try await app.push(in: "refuse")
                    #expect(refused.error.contains("App not compatible with buildpack: \(moody)"))
                    #expect(refused.error.contains("E-NO-BUILDER"))
                    let late = try await app.push(in: "hang")
                    #expect(late.error.contains("took longer than 5 seconds"))
                    let loud = try await app.push(in: "shout")
                    #expect(loud.error.contains("E-BUILD-FAILED"))
                    #expect(loud.error.utf8.count < 8 << 20)
                    let nonsense = try await app.push(in: "nonsense")
                    #expect(nonsense.error.contains("bin/release"))
                    let forked = try await app.push(in: "daemon-fail")
                    #expect(forked.error.contains("its bin/compile ended with status 9"))
                    for outcome in [failed, refused, late, loud, nonsense, forked] {
                        #expect(outcome.status != 0)
                        #expect(outcome.errorBlocks == 1, "\(outcome.error)")
                    }
                    #expect(try await app.get().body == "one web web.1 v1")
                    let isClean = try await eventually { try await Remains(of: host) == before }
                    let remains = try await Remains(of: host)
                    #expect(isClean, "\(remains), not \(before)")

                    // What a buildpack leaves running ends with the build.
                    try await app.push(in: "daemon").check()
                    #expect(try await app.get().body == "one web web.1 v2")
                    #expect(try Remains.processes().isEmpty)
                    // Nothing in the image has more rights than the app.
                    try await app.push(in: "devices").check()
                    let rights = try await app.run("./shell -p -c 'id -u'; stat --format=%F device").check()
                    #expect(rights.lines.first == "1000")
                }
            }
        }

        @Test(
            "Buildpacks are set, added, removed and listed; archives, commits and branches; what is hostile is refused")
        func lists() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let first = try await server.publish("first")
                    let archive = try await server.publishArchive("second")
                    let app = try await SampleApp.forBuildpacks("web", on: host)
                    try await host.cairn("buildpacks:add", "web", archive).check()
                    try await host.cairn("buildpacks:add", "--index", "1", "web", first).check()
                    let list = try await host.cairn("buildpacks:list", "web").check()
                    #expect(list.lines == ["-----> web buildpack urls", "       \(first)", "       \(archive)"])
                    let push = try await app.push().check()
                    #expect(push.error.contains("-----> Second sees value of first"))
                    #expect(try await app.get().body == "one web web.1 v1")

                    // A server that cannot be reached does not stop builds that it has been reached for.
                    try server.remove("first.git")
                    let offline = try await app.change(to: "two").check()
                    #expect(offline.error.contains("cannot be reached"))
                    try await host.cairn("buildpacks:set", "web", first + "#nowhere").check()
                    let missing = try await app.change(to: "three")
                    #expect(missing.status != 0 && missing.error.contains("E-GIT"))
                    #expect(try await app.get().body == "two web web.1 v2")

                    try await host.cairn("buildpacks:remove", "--index", "1", "web").check()
                    #expect(try await host.cairn("buildpacks:remove", "web", "nothing").status == 1)
                    #expect(
                        try await host.cairn("buildpacks:report", "web", "--buildpacks-list").check().lines == [archive]
                    )
                    for url in ["ext::sh -c id", "--upload-pack=x", "file:///etc", "a/b/c"] {
                        let outcome = try await host.cairn("buildpacks:set", "web", "--", url)
                        #expect(outcome.error.contains("Invalid buildpack specified"), "\(outcome)")
                    }
                    try await host.cairn("buildpacks:clear", "web").check()
                    try app.write([".buildpacks": "ext::sh -c 'touch \(host.root)/pwned'\n"])
                    try await app.commit("hostile")
                    let hostile = try await app.push()
                    #expect(hostile.status != 0 && hostile.error.contains("Invalid buildpack specified"))
                    #expect(!FileManager.default.fileExists(atPath: host.root + "/pwned"))
                }
            }
        }

        @Test(".slugignore, a build directory, no cache, and repo:purge-cache")
        func sources() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let first = try await server.publish("first")
                    let files = [
                        "Procfile": "web: perl server.pl\n", "server.pl": SampleApp.server, "message": "below\n",
                        "a.psd": "", "deep/b.psd": "", "keep/docs/x": "", "docs/y": "", ".dockerignore": "*\n",
                        ".slugignore": "*.psd\n/docs\n",
                    ]
                    let app = try await SampleApp.forBuildpacks(
                        "web", on: host,
                        files: Dictionary(uniqueKeysWithValues: files.map { ("sub/\($0.key)", $0.value) }))
                    try await host.cairn("builder:set", "web", "build-dir", "sub").check()
                    try await host.cairn("buildpacks:set", "web", first).check()
                    try await app.push().check()
                    #expect(try await app.get().body == "below web web.1 v1")
                    let found = try await app.run("find . -name '*.psd' -o -path '*docs/*' | sort").check()
                    #expect(found.lines == ["./keep/docs/x"])

                    try app.write(["sub/message": "again\n"])
                    try await app.commit("again")
                    let fresh = try await app.push("-o", "no-cache").check()
                    #expect(fresh.error.contains("built 1 times with this cache"))
                    #expect(try await app.change(to: "cached").check().error.contains("built 2 times with this cache"))
                    try await host.cairn("repo:purge-cache", "web").check()
                    let purged = try await host.cairn("ps:rebuild", "web").check()
                    #expect(purged.output.contains("built 1 times with this cache"))
                    try await host.cairn("repo:gc", "web").check()
                }
            }
        }
    }
}
