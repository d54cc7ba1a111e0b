import CairnCore
import CairnTestSupport
import DockerEngine
import Testing

extension HostTests {
    @Suite("When the engine dies", .enabled("needs to start an engine of its own") { PrivateEngine.isPossible })
    struct EngineFaults {
        @Test("kill -9 of the engine in a deploy: the old release serves or comes back, and no app answers for another")
        func killedInDeploy() async throws {
            try await PrivateEngine.run { engine in
                try await TestHost.run(settings: ["CAIRN_ENGINE_SOCKET": engine.socket]) { host in
                    let apps = try await twoApps(host)
                    let one = apps[0]
                    // Takes long to listen, so that the engine dies while the deploy waits for it.
                    try one.write(["server.pl": "sleep 60;\n" + SampleApp.server, "message": "late\n"])
                    try await one.commit("late")
                    let push = try one.pushInBackground()
                    let isStarting = try await eventually { push.output.contains("Starting web") }
                    #expect(isStarting, "\(push.output)")
                    engine.kill()
                    let outcome = await push.outcome()
                    #expect(outcome.status != 0)
                    #expect(outcome.output.contains("E-ENGINE"), "\(outcome)")
                    #expect(outcome.output.contains("Still serving: v1"), "\(outcome)")
                    try await expectNoMix(apps)

                    try await engine.start()
                    try await expectNoMix(apps)
                    try await host.cairn("reconcile").check()
                    try await expectServed(apps, release: "v1")
                    // The candidate that the deploy could not remove is gone.
                    #expect(try await host.containers().count == 3)

                    try one.write(["server.pl": SampleApp.server, "message": "two\n"])
                    try await one.commit("two")
                    try await one.push().check()
                    #expect(try await one.get().body.hasPrefix("two one web.1 "))
                }
            }
        }

        @Test(
            "The engine ends and starts again and again: the daemon makes all whole, every answer is of the app asked for"
        )
        func restarts() async throws {
            try await PrivateEngine.run { engine in
                try await TestHost.run(settings: ["CAIRN_ENGINE_SOCKET": engine.socket]) { host in
                    let apps = try await twoApps(host)
                    try await host.withDaemon { _ in
                        for isKilled in [true, false, true] {
                            if isKilled { engine.kill() } else { engine.stop() }
                            try await expectNoMix(apps)
                            try await engine.start()
                            try await expectNoMix(apps)
                            try await expectServed(apps, release: "v1")
                            try await expectNoMix(apps)
                        }
                        // One copy is enough to be served; the daemon brings back the others too.
                        let isWhole = try await eventually {
                            try await !host.cairn("reconcile", "--plan").check().output.contains("steps")
                        }
                        #expect(isWhole)
                    }
                }
            }
        }

        /// Of two and one copies.
        private func twoApps(_ host: TestHost) async throws -> [SampleApp] {
            try await host.cairn("checks:set", "--global", "wait-to-retire", "0").check()
            var apps: [SampleApp] = []
            for name in ["one", "two"] {
                let app = try await SampleApp(name, on: host)
                try await app.push().check()
                apps.append(app)
            }
            try await host.cairn("ps:scale", "two", "web=2").check()
            return apps
        }

        /// Fifty requests for each app, side by side, as one to a container that is gone takes seconds to fail: one that is
        /// answered at all is answered by a copy of that app.
        private func expectNoMix(_ apps: [SampleApp]) async throws {
            try await withThrowingDiscardingTaskGroup { group in
                for app in apps {
                    for _ in 0..<50 {
                        group.addTask {
                            let reply = try await app.host.request(host: app.domain, options: ["--max-time", "5"])
                            guard reply.status == 200 else { return }
                            #expect(
                                reply.body.split(separator: " ").dropFirst().first == Substring(app.name), "\(reply)")
                        }
                    }
                }
            }
        }

        private func expectServed(_ apps: [SampleApp], release: String) async throws {
            for app in apps {
                // A container that was just brought back needs a moment to listen.
                let isServed = try await eventually {
                    let reply = try await app.get()
                    return reply.status == "200" && reply.body.hasPrefix("one \(app.name) web.")
                        && reply.body.hasSuffix(" \(release)")
                }
                #expect(isServed, "\(app.name)")
            }
        }
    }
}
