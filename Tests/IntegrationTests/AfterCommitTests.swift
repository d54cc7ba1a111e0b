import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("What a deploy writes with its commit, and after it")
    struct AfterCommits {
        @Test("Rows that cannot be written once the release serves are warnings: branch, release and answer agree")
        func recordsFail() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let refusals = [
                    ("timings", "BEFORE UPDATE OF timings ON release"),
                    ("build", "BEFORE UPDATE ON build WHEN NEW.status = 'succeeded'"),
                    ("event", "BEFORE INSERT ON event WHEN NEW.kind IN ('deployed', 'rolled-back', 'task-failed')"),
                ]
                for (name, occasion) in refusals { try await host.refuse(name, occasion) }

                let push = try await app.change(to: "two").check()
                for step in ["timings", "build record", "event"] {
                    #expect(push.error.contains("of web serves, but its \(step) step failed"), "\(push)")
                }
                #expect(push.error.contains("Application deployed: v2"))
                #expect(try await app.get() == ("two web web.1 v2", "200"))
                #expect(try await app.stored() == app.revision())
                try await host.ssh("releases:rollback web v1").check()
                #expect(try await app.get() == ("one web web.1 v3", "200"))

                for (name, _) in refusals { try await host.sql("DROP TRIGGER refuse_\(name)") }
                try await host.cairn("reconcile", "web").check()
                let store = try host.store()
                let row = try store.app(AppName(validating: "web"))
                #expect(try store.builds(of: row).allSatisfy { $0.status != .running })
                #expect(try store.releases(of: row).map(\.status) == [.live, .superseded, .superseded])
                #expect(try await host.cairn("reconcile", "--plan", "web").check().output.contains("nothing to do"))
            }
        }

        @Test("A rollback takes back the config in its commit: both happen, or neither")
        func rollbackConfig() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try await host.ssh("config:set web COLOUR=green").check()
                try await host.ssh("config:set web COLOUR=red SIZE=big").check()
                try await host.refuse("config", "BEFORE INSERT ON config")
                let refused = try await host.ssh("releases:rollback web v2")
                #expect(refused.status != 0 && refused.error.contains("Still serving: v3"), "\(refused)")
                #expect(try await app.get().body == "one web web.1 v3")
                #expect(try await host.ssh("config:get web COLOUR").output == "red\n")
                #expect(try await host.ssh("config:get web SIZE").output == "big\n")

                try await host.sql("DROP TRIGGER refuse_config")
                try await host.ssh("releases:rollback web v2").check()
                #expect(try await app.get().body == "one web web.1 v5")
                #expect(try await host.ssh("config:get web COLOUR").output == "green\n")
                #expect(try await host.ssh("config:get web SIZE").status != 0)
            }
        }

        @Test("Variables of app.json are the app's once their release serves; a failed deploy leaves the config alone")
        func declaredConfig() async throws {
            try await TestHost.run { host in
                func manifest(_ colour: String) -> String {
                    #"{"env": {"COLOUR": {"value": "\#(colour)", "sync": true}, "KEY": {"generator": "secret"}}}"#
                }
                let app = try await SampleApp("web", on: host, files: ["app.json": manifest("green")])
                try await app.push().check()
                #expect(try await host.ssh("config:get web COLOUR").output == "green\n")
                let key = try await host.ssh("config:get web KEY").check().output

                try app.write(["app.json": manifest("red"), "Procfile": "web: perl server.pl\nrelease: exit 4\n"])
                try await app.commit("a task that fails")
                let push = try await app.push()
                #expect(push.status != 0 && push.error.contains("E-TASK-FAILED"), "\(push)")
                #expect(try await host.ssh("config:get web COLOUR").output == "green\n")

                try app.write(["Procfile": "web: perl server.pl\nrelease: test $COLOUR = red\n"])
                try await app.commit("a task that sees the new value")
                try await app.push().check()
                #expect(try await host.ssh("config:get web COLOUR").output == "red\n")
                #expect(try await host.ssh("config:get web KEY").output == key)
                #expect(try await app.get("/env").body.contains("COLOUR=red"))
            }
        }
    }
}

extension TestHost {
    /// Runs a statement on the host's database.
    func sql(_ statement: String) async throws {
        try await run("/usr/bin/sqlite3", ["-cmd", ".timeout 15000", settings.database, statement]).check()
    }

    /// Makes the database refuse a kind of write, as a disk does that is full at that moment.
    func refuse(_ name: String, _ occasion: String) async throws {
        try await sql("CREATE TRIGGER refuse_\(name) \(occasion) BEGIN SELECT RAISE(ABORT, 'refused for a test'); END")
    }
}
