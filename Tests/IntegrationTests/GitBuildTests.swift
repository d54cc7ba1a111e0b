import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Builds of a Dockerfile")
    struct GitBuilds {
        @Test(".dockerignore, a target stage and build arguments decide what the image holds")
        func contentOfTheImage() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp.withoutCopies(
                    "web", on: host,
                    files: [
                        "Dockerfile": """
                        FROM debian:bookworm-slim AS first
                        ARG COLOUR=none
                        ARG SHAPE=none
                        WORKDIR /app
                        COPY . .
                        RUN echo "$COLOUR/$SHAPE" > /built
                        FROM first AS last
                        RUN echo last > /last
                        """,
                        ".dockerignore": "*.log\n!keep.log\nnode_modules\n**/tmp/*\n",
                        "a.log": "", "keep.log": "", "sub/b.log": "", "node_modules/x/y": "", "sub/tmp/z": "",
                        "sub/kept": "",
                    ])
                try await host.ssh("config:set web SHAPE='round and flat'").check()
                try await host.ssh("docker-options:add web build '--build-arg \"COLOUR=deep red\"' '--build-arg SHAPE'")
                    .check()
                try await app.push().check()
                let files = try await app.run("find . -type f | LC_ALL=C sort; cat /built /last").check()
                #expect(
                    files.lines == [
                        "./.dockerignore", "./Dockerfile", "./keep.log", "./message", "./server.pl", "./sub/b.log",
                        "./sub/kept",
                        "deep red/round and flat", "last",
                    ])

                try await host.ssh("docker-options:add web build '--target first'").check()
                try await app.commit("again")
                try await app.push().check()
                #expect(try await app.run("cat /built; ls /last").lines == ["deep red/round and flat"])
                try await host.ssh("docker-options:add web build '--target nowhere'").check()
                try await app.commit("once more")
                let missing = try await app.push()
                #expect(missing.error.contains("E-BUILD-FAILED") && missing.error.contains("nowhere"), "\(missing)")
            }
        }

        @Test("A cache mount outlives builds, steps are cached, and -o no-cache runs them all")
        func caches() async throws {
            try await TestHost.run { host in
                // What other tests have built must not be found in the engine's cache.
                let identifier = "cairn\(UInt32.random(in: 0...UInt32.max))"
                let app = try await SampleApp.withoutCopies(
                    "web", on: host,
                    files: [
                        "Dockerfile": """
                        FROM debian:bookworm-slim
                        RUN : \(identifier) && date +%s%N > /stamp
                        COPY message .
                        RUN --mount=type=cache,id=\(identifier),target=/cache echo x >> /cache/runs && cp /cache/runs /runs
                        """
                    ])
                try await app.push().check()
                let first = try await app.run("cat /stamp /runs").check().lines
                #expect(first.dropFirst() == ["x"])

                let second = try await app.change(to: "two").check()
                #expect(second.error.contains("cached"))
                let afterSecond = try await app.run("cat /stamp /runs").check().lines
                #expect(afterSecond == [first[0], "x", "x"], "\(second)")

                try await app.commit("nothing changed")
                let third = try await app.push().check()
                let afterThird = try await app.run("cat /stamp /runs").check().lines
                #expect(afterThird == [first[0], "x", "x"], "\(third)")

                try await app.commit("nothing changed again")
                let fresh = try await app.push("-o", "no-cache").check()
                #expect(!fresh.error.contains("Unknown push option"))
                let lines = try await app.run("cat /stamp /runs").check().lines
                #expect(lines.first != first[0])
                #expect(try app.liveVersions() == [4, 3, 2, 1])

                try await app.commit("an option that nobody knows")
                let odd = try await app.push("-o", "fast\u{1b}[2J", "-o", "ci.skip").check()
                #expect(odd.error.contains("Unknown push option"))
                #expect(!odd.error.contains("\u{1b}[2J"))
            }
        }
    }
}
