import CairnDeploy
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Pushers that go away")
    struct ConcurrencyAbandoned {
        @Test("Killed in the middle of a build: the deploy is cancelled, also at the engine, and nothing has changed")
        func duringBuild() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let before = try await app.stored()
                let step = EndlessStep()
                try app.write(["Dockerfile": SampleApp.dockerfile + step.instruction])
                try await app.commit("endless")
                let push = try app.pushInBackground()
                try #require(try await eventually(within: .seconds(120)) { step.runs || !push.isRunning })
                try #require(step.runs, "\(push.output)")
                #expect(try app.lockHolder()?.actor == "tester")

                push.kill()
                #expect(try await eventually { try app.lockHolder() == nil })
                #expect(try await eventually { !step.runs })
                try await expectUnchanged(app, before)
                try await mend(app)
            }
        }

        @Test("Killed while new copies start: they are removed, and the old ones serve")
        func duringHealthGate() async throws {
            try await TestHost.run { host in
                let held = try await HeldApp("web", on: host)
                let app = held.app
                let first = try app.pushInBackground()
                try await held.waitUntilHeld()
                try await held.letGo()
                #expect(await first.outcome().status == 0)
                let before = try await app.stored()
                let containers = Set(try await host.containers(of: "web").map(\.id))

                try app.write(["message": "two\n"])
                try await app.commit("two")
                let push = try app.pushInBackground()
                try await held.waitUntilHeld()
                // git alone; the ssh that it had started notices by itself.
                push.kill(leaderOnly: true)
                #expect(try await eventually { try app.lockHolder() == nil })
                try await expectUnchanged(app, before)
                #expect(try app.candidateContainers().isEmpty)
                #expect(Set(try await host.containers(of: "web").map(\.id)) == containers)
                try await mend(app)
            }
        }

        @Test("Interrupted in line: the next one in line is not held up")
        func inLine() async throws {
            try await TestHost.run { host in
                let held = try await HeldApp("web", on: host)
                let app = held.app
                let first = try app.pushInBackground()
                try await held.waitUntilHeld()
                let waiting = try app.pushInBackground("-o", "wait", ref: "main:main")
                #expect(try await eventually { waiting.output.contains("Waiting for git-push by tester") })
                waiting.kill(by: SIGINT)
                #expect(await waiting.outcome().status != 0)
                // Only the hook of the first push is left.
                #expect(try await eventually { try app.servingProcesses().filter { $0 == host.executable }.count == 1 })
                #expect(first.isRunning)
                try await held.letGo()
                #expect(await first.outcome().status == 0)
                #expect(try await eventually { try app.lockHolder() == nil })
                #expect(try app.liveVersions() == [1])
                #expect(try await app.get() == ("one web web.1 v1", "200"))
            }
        }

        private func expectUnchanged(_ app: SampleApp, _ before: String?) async throws {
            #expect(try await eventually { try app.servingProcesses().isEmpty })
            #expect(try app.quarantined().isEmpty)
            #expect(try await app.stored() == before)
            #expect(try await app.newestBuild() == "canceled")
            #expect(try app.liveRevision() == before)
            #expect(try await app.get() == ("one web web.1 v1", "200"))
        }

        /// The same app takes the next push as if nothing had been.
        private func mend(_ app: SampleApp) async throws {
            try app.write(["Dockerfile": SampleApp.dockerfile, "message": "mended\n"])
            try await app.commit("mended")
            try await app.push().check()
            #expect(try await app.get().body.hasPrefix("mended web web.1"))
            #expect(try await app.stored() == app.revision())
        }
    }
}
