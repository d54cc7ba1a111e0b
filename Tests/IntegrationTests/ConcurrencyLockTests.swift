import CairnDeploy
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Deploys at the same time")
    struct ConcurrencyLocks {
        @Test(
            "A second push fails at once and says who deploys since when; with -o wait it stands in line, then deploys")
        func twoPushes() async throws {
            try await TestHost.run { host in
                let held = try await HeldApp("web", on: host)
                let app = held.app
                try await host.addKey("bob")
                let first = try app.pushInBackground()
                try await held.waitUntilHeld()
                let firstCommit = try await app.revision()

                try app.write(["message": "two\n", "Dockerfile": SampleApp.dockerfile])
                try await app.commit("second")
                let refused = try await app.push(environment: host.gitSSHCommand(key: "bob"))
                #expect(refused.status != 0)
                #expect(refused.error.contains("E-DEPLOY-LOCKED"))
                #expect(refused.error.contains("git-push by tester, since "), "\(refused)")
                #expect(refused.error.contains("-o wait"))
                #expect(first.isRunning)

                let waiting = try app.pushInBackground("-o", "wait", key: "bob")
                #expect(try await eventually { waiting.output.contains("Waiting for git-push by tester") })
                #expect(try app.liveVersions().isEmpty)
                try await held.letGo()
                let firstOutcome = await first.outcome()
                #expect(firstOutcome.status == 0, "\(firstOutcome)")
                #expect(firstOutcome.output.contains("Application deployed: v1"), "\(firstOutcome)")
                let secondOutcome = await waiting.outcome()
                #expect(secondOutcome.status == 0, "\(secondOutcome)")
                #expect(secondOutcome.output.contains("Application deployed: v2"), "\(secondOutcome)")
                #expect(try await app.get() == ("two web web.1 v2", "200"))
                #expect(try await app.stored() == app.revision())
                #expect(try await app.stored() != firstCommit)
                #expect(try app.liveRevision() == (try await app.revision()))
            }
        }

        @Test("A push in line behind a push of another history is refused, and what was pushed first stays")
        func divergedInLine() async throws {
            try await TestHost.run { host in
                let held = try await HeldApp("web", on: host)
                let app = held.app
                let first = try app.pushInBackground()
                try await held.waitUntilHeld()
                let firstCommit = try await app.revision()
                try app.write(["message": "other history\n", "Dockerfile": SampleApp.dockerfile])
                try await host.git("commit", "--quiet", "--all", "--amend", "-m", "amended", in: app.directory).check()
                let waiting = try app.pushInBackground("-o", "wait")
                #expect(try await eventually { waiting.output.contains("Waiting for git-push by tester") })
                try await held.letGo()
                #expect(await first.outcome().status == 0)
                let outcome = await waiting.outcome()
                #expect(outcome.status != 0, "\(outcome)")
                #expect(outcome.output.contains("does not contain \(firstCommit.prefix(8))"), "\(outcome)")
                #expect(try await app.stored() == firstCommit)
                #expect(try app.liveRevision() == firstCommit)
                #expect(try await app.get() == ("one web web.1 v1", "200"))
            }
        }

        @Test("Pushes to different apps go on side by side")
        func sideBySide() async throws {
            try await TestHost.run { host in
                let apps = [try await HeldApp("one", on: host), try await HeldApp("two", on: host)]
                let pushes = try apps.map { try $0.app.pushInBackground() }
                for app in apps { try await app.waitUntilHeld() }
                // Both are in the middle of their deploys now.
                for app in apps { #expect(try app.app.lockHolder()?.actor == "tester") }
                for app in apps.reversed() { try await app.letGo() }
                for push in pushes {
                    let outcome = await push.outcome()
                    #expect(outcome.status == 0, "\(outcome)")
                }
                #expect(try await apps[0].app.get() == ("one one web.1 v1", "200"))
                #expect(try await apps[1].app.get() == ("one two web.1 v1", "200"))
            }
        }

        @Test("apps:lock refuses pushes with a message, apps:unlock frees")
        func locked() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let before = try await app.revision()
                #expect(try await host.ssh("apps:locked web").status == 1)
                try await host.ssh("apps:lock web").check()
                #expect(try await host.ssh("apps:locked web").status == 0)
                for options in [[], ["wait"], ["detach"]] {
                    try app.write(["message": "two\n"])
                    try await app.commit("two")
                    let push = try await app.push("-o", options.first ?? "no-cache")
                    #expect(push.status != 0, "\(push)")
                    #expect(push.error.contains("E-DEPLOY-LOCKED"))
                    #expect(push.error.contains("apps:lock by tester"))
                    #expect(push.error.contains("cairn apps:unlock web"))
                }
                #expect(try await host.ssh("ps:rebuild web").status != 0)
                #expect(try await app.stored() == before)
                #expect(try await app.get().body == "one web web.1 v1")
                // What is no deploy is not held up: another branch is stored.
                try await app.push(ref: "main:other").check()
                try await host.ssh("apps:unlock web").check()
                try await app.push().check()
                #expect(try await app.get().body == "two web web.1 v2")
            }
        }
    }
}
