import CairnCore
import CairnDeploy
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("What builds keep for the next one")
    struct BuildpackIsolation {
        @Test("Another app's Dockerfile does not find an app's build cache, by whatever it can know of it")
        func caches() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let first = try await server.publish("first")
                    let app = try await SampleApp.forBuildpacks(
                        "web", on: host, files: ["Procfile": "web: perl server.pl\n"])
                    try await host.cairn("buildpacks:set", "web", first).check()
                    try await app.push().check()
                    let store = try host.store()
                    let row = try store.app(AppName(validating: "web"))
                    let platform = Platform(settings: host.settings, store: store, actor: "test")
                    let name = try platform.buildCacheID(of: row)

                    let thief = try await SampleApp("thief", on: host)
                    let plain = "cairn-\(try store.installationID())-\(row.id)-0"
                    for guess in [plain, "web", "/cache", String(name.dropLast())] {
                        #expect(try await thief.looking(at: guess).contains("files: 0."), "\(guess)")
                    }
                    // Only the name leads there: what is looked for is really there.
                    #expect(try await thief.looking(at: name).contains("files: 1."))
                    // A build of the app itself does not read it either, nor does anybody else.
                    let settings = try await host.cairn("buildpacks:report", "web", "--format", "json").check()
                    #expect(!settings.output.contains(name) && !settings.output.contains("cache-secret"))
                    #expect(try await !app.imageHolds(name))
                }
            }
        }
    }
}

extension SampleApp {
    /// What a build of this app, with that cache mounted, tells that it found in it.
    fileprivate func looking(at cache: String) async throws -> String {
        let mark = UInt32.random(in: 0 ... .max)
        try write([
            "Dockerfile": """
            FROM debian:bookworm-slim
            RUN --mount=type=cache,id=\(cache),target=/c echo "\(mark) files: $(ls -A /c | wc -l)." && false

            """
        ])
        try await commit("a look")
        let push = try await push()
        #expect(push.status != 0 && push.error.contains("\(mark)"))
        return push.error
    }
}
