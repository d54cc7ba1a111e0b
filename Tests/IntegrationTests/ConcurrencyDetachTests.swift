import CairnDeploy
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Detached deploys")
    struct ConcurrencyDetached {
        @Test("-o detach: the push is accepted at once, builds:output follows the deploy to its end")
        func followed() async throws {
            try await TestHost.run { host in
                let held = try await HeldApp("web", on: host)
                let app = held.app
                let push = try await app.push("-o", "detach").check()
                #expect(push.error.contains("goes on in the background"))
                #expect(push.error.contains("cairn builds:output web"))
                #expect(try await app.stored() == app.revision())
                try await held.waitUntilHeld()
                #expect(try app.liveVersions().isEmpty)
                #expect(try await app.newestBuild() == "running")
                #expect(try app.lockHolder()?.actor == "tester")

                let follower = try host.cairnInBackground("builds:output", "web")
                #expect(try await eventually { follower.output.contains("Building web from Dockerfile") })
                #expect(follower.isRunning)
                try await held.letGo()
                let output = await follower.outcome()
                #expect(output.status == 0)
                #expect(output.output.contains("Application deployed: v1"), "\(output)")
                #expect(try await app.get() == ("one web web.1 v1", "200"))
                #expect(try await app.newestBuild() == "succeeded")
                let again = try await host.ssh("builds:output web").check()
                #expect(again.output.contains("Application deployed: v1"))
            }
        }

        @Test("builds:cancel stops a detached deploy at the engine, and the app goes on serving")
        func cancelled() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let step = EndlessStep()
                try app.write(["Dockerfile": SampleApp.dockerfile + step.instruction])
                try await app.commit("endless")
                try await app.push("-o", "detach").check()
                _ = try await eventually(within: .seconds(120)) {
                    if step.runs { return true }
                    return try await app.newestBuild() == "failed"
                }
                let output = step.runs ? "" : try await host.cairn("builds:output", "web").description
                try #require(step.runs, "\(output)")
                try await app.commit("one more")
                let second = try await app.push("-o", "detach")
                #expect(second.status != 0)
                #expect(second.error.contains("E-DEPLOY-LOCKED"))
                #expect(second.error.contains("by tester, since "), "\(second.error)")

                let cancel = try await host.ssh("builds:cancel web").check()
                #expect(cancel.output.contains("Killing app deploy"))
                #expect(try await eventually { try app.lockHolder() == nil })
                #expect(try await eventually { !step.runs })
                #expect(try await app.newestBuild() == "canceled")
                #expect(try await host.ssh("builds:output web").output.contains("was cancelled in the phase 'build'"))
                #expect(try await app.get() == ("one web web.1 v1", "200"))
                let nothing = try await host.ssh("builds:cancel web").check()
                #expect(nothing.error.contains("not currently deploying"))

                try app.write(["Dockerfile": SampleApp.dockerfile, "message": "three\n"])
                try await app.commit("mended")
                try await app.push().check()
                #expect(try await app.get().body.hasPrefix("three web web.1"))
            }
        }
    }
}
