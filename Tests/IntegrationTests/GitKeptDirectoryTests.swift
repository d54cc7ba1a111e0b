import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("The .git of builds")
    struct GitKeptDirectories {
        @Test("keep-git-dir gives a Dockerfile's build the history of what is built; without it there is none")
        func dockerfile() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp.withoutCopies("web", on: host)
                try await app.push().check()
                #expect(try await app.run("ls -d .git").status != 0)

                try await host.cairn("git:set", "web", "keep-git-dir", "yes").check()
                let report = try await host.cairn("git:report", "web", "--git-keep-git-dir").check()
                #expect(report.lines == ["true"])
                #expect(try await host.cairn("git:set", "web", "keep-git-dir", "perhaps").status == 1)
                try await host.git("tag", "-a", "-m", "a release", "v1", in: app.directory).check()
                try await app.push(ref: "v1").check()
                // Of a commit that the repository has only when the build has succeeded.
                try await app.change(to: "two").check()
                try await expectHistory(of: app, ["two", "first"], describedAs: "v1-1-")
                try await host.cairn("ps:rebuild", "web").check()
                try await expectHistory(of: app, ["two", "first"], describedAs: "v1-1-")

                try app.write([".dockerignore": ".git\n"])
                try await app.commit("ignored")
                try await app.push().check()
                #expect(try await app.run("ls -d .git").status != 0)
                try await host.cairn("git:set", "web", "keep-git-dir").check()
                try app.remove(".dockerignore")
                try await app.change(to: "three").check()
                #expect(try await app.run("ls -d .git").status != 0)
                let left = try FileManager.default.contentsOfDirectory(atPath: host.root + "/run")
                #expect(!left.contains { $0.hasPrefix("work-") })
            }
        }

        @Test("Buildpacks and pack see the history too; a directory of the source has none")
        func otherBuilders() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    _ = try await server.publish("first")
                    let compile = "#!/bin/bash\ngit -C \"$1\" log --format=%s >\"$1/history\" 2>&1 || true\n"
                    try server.write("first", "bin/compile", compile)
                    let buildpack = try await server.update("first")
                    let files = [
                        "Procfile": "web: perl server.pl\n", "sub/Procfile": "web: perl server.pl\n",
                        "sub/server.pl": "",
                    ]
                    let app = try await SampleApp.forBuildpacks("web", on: host, files: files)
                    try await host.cairn("ps:scale", "web", "web=0").check()
                    try await host.cairn("buildpacks:set", "web", buildpack).check()
                    try await host.cairn("git:set", "--global", "keep-git-dir", "true").check()
                    try await app.push().check()
                    let history = ["without a Dockerfile", "first"]
                    #expect(try await app.run("cat history").check().lines == history)
                    try await expectHistory(of: app, history, describedAs: nil)

                    try await host.cairn("builder:set", "web", "build-dir", "sub").check()
                    try await host.cairn("ps:rebuild", "web").check()
                    #expect(try await app.run("ls -d .git").status != 0)
                    try await host.cairn("builder:set", "web", "build-dir").check()

                    try await host.cairn("builder:set", "web", "selected", "pack").check()
                    try await host.cairn("buildpacks:clear", "web").check()
                    let pack = try PackStandIn(on: host)
                    try await host.cairn("ps:rebuild", "web", environment: pack.environment).check()
                    try await host.engine.removeImage(app.release().imageTag)
                    #expect(try pack.noted("history").split(separator: "\n").map(String.init) == history)
                }
            }
        }

        /// Takes the `.git` out of the app's image, and asks git about it.
        private func expectHistory(
            of app: SampleApp, _ subjects: [String], describedAs start: String?,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let place = "\(app.host.home)/kept-\(UInt32.random(in: 0...UInt32.max))"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let packed = try await app.run("tar -cf - .git | base64").check().output
            try await app.host.run(
                "/bin/bash", ["-c", "base64 -d | tar -xf - -C \"$0\" --no-same-owner", place], input: packed
            ).check()
            let log = try await app.host.git("log", "--format=%s", in: place).check()
            #expect(log.lines == subjects, sourceLocation: sourceLocation)
            let head = try await app.host.git("rev-parse", "HEAD", "main", in: place).check().lines
            #expect(try await head == [app.revision(), app.revision()], sourceLocation: sourceLocation)
            guard let start else { return }
            let described = try await app.host.git("describe", in: place).check().output
            #expect(described.hasPrefix(start), sourceLocation: sourceLocation)
        }
    }
}
