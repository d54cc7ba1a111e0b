import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Apps")
    struct AppsStory {
        @Test(
            "Rename: served under the new name and pushed to under it, with its releases; nothing is left of the old one"
        )
        func rename() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("old", on: host)
                try await app.push().check()
                try await host.ssh("config:set old COLOUR=green").check()
                try await host.ssh("domains:add old www.example.com").check()
                let tally = try await Visitors.during(count: 4, on: host, domain: "www.example.com") {
                    try await host.ssh("apps:rename old new").check()
                }
                #expect(tally.requests > 0 && tally.failures == [], "of \(tally.requests) requests")

                let reply = try await host.request(host: "new.test.local")
                #expect(reply.body == "one new web.1 v2\n", "\(reply)")
                #expect(try await host.request(host: "www.example.com").body == "one new web.1 v2\n")
                #expect(try await app.get().status == "000")
                #expect(try await host.ssh("apps:exists old").status == 20)
                #expect(try await host.ssh("config:get new COLOUR").output == "green\n")
                #expect(!FileManager.default.fileExists(atPath: host.root + "/repos/old.git"))
                #expect(try await host.ssh("releases new").check().output.contains("v1"))

                try await host.git("remote", "set-url", "cairn", host.remote("new"), in: app.directory).check()
                try await app.change(to: "two").check()
                #expect(try await host.request(host: "new.test.local").body == "two new web.1 v3\n")
                let plan = try await host.cairn("reconcile", "--plan", "new").check()
                #expect(plan.output.contains("nothing to do"), "\(plan)")

                // The old name is free again.
                let next = try await SampleApp("old2", on: host)
                try await host.git("remote", "set-url", "cairn", host.remote("old"), in: next.directory).check()
                try await next.push().check()
                #expect(try await app.get().body == "one old web.1 v1")
                let taken = try await host.ssh("apps:rename old new")
                #expect(taken.status != 0 && taken.error.contains("E-NAME-TAKEN"))
            }
        }

        @Test("A rename that nginx refuses leaves the app under its old name, served and whole")
        func refusedRename() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("old", on: host)
                try await app.push().check()
                try await host.ssh("domains:add old www.example.com").check()
                let main = host.settings.nginxConfiguration
                let good = try String(contentsOfFile: main, encoding: .utf8)
                try good.replacingOccurrences(of: "http {", with: "http {\n    no_such_directive on;")
                    .write(toFile: main, atomically: true, encoding: .utf8)
                let rename = try await host.ssh("apps:rename old new")
                #expect(rename.status != 0 && rename.error.contains("E-NGINX-REFUSED"), "\(rename)")
                #expect(try await host.ssh("apps:exists new").status == 20)
                try good.write(toFile: main, atomically: true, encoding: .utf8)
                #expect(try await app.get() == ("one old web.1 v1", "200"))
                #expect(try await host.request(host: "www.example.com").status == 200)
                #expect(try await host.cairn("reconcile", "--plan", "old").check().output.contains("nothing to do"))
                try await app.change(to: "two").check()
                #expect(try await app.get() == ("two old web.1 v2", "200"))
            }
        }

        @Test(
            "Clone: the copy has code, config and scale, but no domain of the original; each can go without the other")
        func clone() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try await host.ssh("config:set web COLOUR=green").check()
                try await host.ssh("domains:add web www.example.com").check()
                try await host.ssh("ps:scale web web=2").check()
                try await host.ssh("apps:clone web copy").check()
                #expect(try await host.request(host: "copy.test.local").body.hasPrefix("one copy web."))
                #expect(try await host.request("/env", host: "copy.test.local").body.contains("COLOUR=green"))
                #expect(try await host.containers(of: "copy").count == 2)
                #expect(try await host.request(host: "www.example.com").body.hasPrefix("one web web."))

                let question = try await host.cairn("apps:destroy", "copy", input: "web\n")
                #expect(question.status != 0)
                #expect(try await host.request(host: "copy.test.local").status == 200)
                try await host.cairn("apps:destroy", "copy", input: "copy\n").check()
                #expect(try await host.request(host: "copy.test.local").status == 0)
                #expect(try await host.containers(of: "copy").isEmpty)
                #expect(try await app.get().status == "200")
                try await app.change(to: "two").check()
                #expect(try await app.get().body.hasPrefix("two web web."))
            }
        }

        @Test("Lock: pushes and config changes are refused and say by whom it was locked, until it is unlocked")
        func lock() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try await host.ssh("apps:lock web").check()
                #expect(try await host.ssh("apps:locked web").status == 0)
                let push = try await app.change(to: "two")
                #expect(push.status != 0)
                #expect(push.error.contains("E-DEPLOY-LOCKED") && push.error.contains("apps:lock by tester"), "\(push)")
                let config = try await host.ssh("config:set web A=1")
                #expect(config.status != 0 && config.error.contains("E-DEPLOY-LOCKED"), "\(config)")
                #expect(try await app.get().body == "one web web.1 v1")
                try await host.ssh("apps:unlock web").check()
                #expect(try await host.ssh("apps:locked web").status == 1)
                try await app.push().check()
                #expect(try await app.get().body == "two web web.1 v2")
            }
        }

        @Test("logs, run and enter over ssh: output, input and exit statuses come through")
        func attending() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp(
                    "web", on: host, files: ["Procfile": "web: perl server.pl\nhello: echo hello\n"])
                try await app.push().check()
                let logs = try await host.ssh("logs web").check().output
                #expect(logs.contains("listening on 0.0.0.0:5000") && logs.contains("web.1"), "\(logs)")
                #expect(try await host.ssh("logs web -p nothing").status != 0)

                #expect(try await host.ssh("enter web web cat message").check().output == "one\n")
                #expect(try await host.ssh("enter web web.1 -- sh -c 'cat; exit 7'", input: "typed").output == "typed")
                #expect(try await host.ssh("enter web web.1 -- sh -c 'exit 7'").status == 7)
                #expect(try await host.ssh("enter web web.2 true").status != 0)

                let run = try await host.ssh("run web hello").check()
                #expect(run.output == "hello\n")
                #expect(try await host.ssh("run --env A='b c' web -- sh -c 'echo $A; exit 4'").status == 4)
                #expect(try await host.ssh("run web -- sh -c 'echo error >&2'").check().error.contains("error"))
                let detached = try await host.ssh("run:detached web sleep 600").check()
                #expect(!detached.output.isEmpty)
                #expect(try await host.ssh("run:list web").check().output.contains("sleep 600"))
                // Destroying takes what runs beside the app too.
                try await host.ssh("--force apps:destroy web").check()
                #expect(try await host.containers().isEmpty)
            }
        }
    }
}
