import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

/// Everything that needs the real engine, sshd, git and nginx. One after the other: each has a host to itself, and the
/// machine's few cores to run it on.
@Suite(
    "On a real host", .serialized,
    .enabled("needs a Docker Engine; Tests/run starts one") { TestHost.engineAnswers })
struct HostTests {}

extension HostTests {
    @Suite("The main job")
    struct MainJob {
        @Test("Push, redeploy, failed pushes, rollback, scale, destroy")
        func story() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)

                let first = try await app.push().check()
                #expect(first.error.contains("-----> Building web from"))
                #expect(first.error.contains("=====> Application deployed: v1"))
                #expect(first.error.contains("http://web.test.local:\(host.settings.httpPort)"))
                #expect(try await app.get() == ("one web web.1 v1", "200"))

                let second = try await app.change(to: "two").check()
                #expect(second.error.contains("cached"))
                #expect(try await app.get().body == "two web web.1 v2")

                try await failedBuild(app)
                try await failedStart(app)

                try await host.ssh("releases:rollback web v1").check()
                #expect(try await app.get().body == "one web web.1 v4")

                try await host.ssh("ps:scale web web=3").check()
                let bodies = try await answers(of: app, count: 12)
                #expect(Set(bodies) == ["one web web.1 v4", "one web web.2 v4", "one web web.3 v4"])

                try await host.ssh("--force apps:destroy web").check()
                try await expectNothingLeft(host, app)
            }
        }

        /// The old release serves on, the branch does not move, and the message names the step.
        private func failedBuild(_ app: SampleApp) async throws {
            try app.write(["Dockerfile": SampleApp.dockerfile + "RUN echo the-reason; exit 3\n"])
            try await app.commit("broken")
            let push = try await app.push()
            #expect(push.status != 0)
            #expect(push.error.contains("the-reason"))
            #expect(push.error.contains("E-BUILD-FAILED"))
            #expect(push.error.contains("Still serving: v2"))
            #expect(push.error.contains("pre-receive hook declined"))
            #expect(try await app.get().body == "two web web.1 v2")
            try await app.host.git("reset", "--quiet", "--hard", "HEAD~1", in: app.directory).check()
        }

        private func failedStart(_ app: SampleApp) async throws {
            try app.write(["server.pl": "print STDERR \"no luck today\\n\"; exit 7;\n"])
            try await app.commit("exits")
            let push = try await app.push()
            #expect(push.status != 0)
            #expect(push.error.contains("E-APP-EXITED"))
            #expect(push.error.contains("with status 7"))
            #expect(push.error.contains("no luck today"))
            #expect(try await app.get().body == "two web web.1 v2")
            let reference = try await app.host.git(
                "--git-dir", app.host.settings.repository(of: AppName(validating: "web")), "rev-parse", "main",
                in: app.directory)
            let pushed = try await app.host.git("rev-parse", "HEAD~1", in: app.directory)
            #expect(reference.output == pushed.output)
            try await app.host.git("reset", "--quiet", "--hard", "HEAD~1", in: app.directory).check()
        }

        private func answers(of app: SampleApp, count: Int) async throws -> [String] {
            var bodies: [String] = []
            for _ in 0..<count { bodies.append(try await app.get().body) }
            return bodies
        }

        private func expectNothingLeft(_ host: TestHost, _ app: SampleApp) async throws {
            #expect(try await host.cairn("apps:exists", "web").status == 20)
            // Unknown hosts get no answer at all.
            #expect(try await app.get().status == "000")
            let label = "cairn.root=\(try host.store().installationID())"
            let containers = try await host.engine.listContainers(all: true, labels: [label])
            #expect(containers.isEmpty)
            let networks = try await host.engine.listNetworks(labels: [label])
            #expect(networks.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: host.root + "/repos/web.git"))
        }

        @Test("Config, Procfile, app.json: variables, processes, release task, health check")
        func processes() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp(
                    "api", on: host,
                    files: [
                        "Procfile":
                            "web: perl server.pl\nworker: perl -e 'sleep 1 while 1'\nrelease: echo migrating $COLOUR\n",
                        "app.json": """
                        {"env": {"COLOUR": "green", "KEY": {"generator": "secret"}},
                         "formation": {"worker": {"quantity": 2}},
                         "healthchecks": {"web": [{"type": "startup", "path": "/", "content": "api"}]},
                         "scripts": {"dokku": {"postdeploy": "echo after $CAIRN_RELEASE"}}}
                        """,
                    ])
                let push = try await app.push().check()
                #expect(push.error.contains("migrating green"))
                #expect(push.error.contains("after v1"))
                #expect(try await app.get("/env").body.contains("COLOUR=green"))
                let report = try await host.ssh("ps:report api --format json").check()
                #expect(report.output.contains("\"running\":\"true\""))
                #expect(report.output.contains("worker.2"))

                try await host.ssh("config:set api COLOUR='deep red'").check()
                #expect(try await app.get("/env").body.contains("COLOUR=deep red"))
                #expect(try await host.ssh("config:get api COLOUR").output == "deep red\n")
                let again = try await host.ssh("config:set api COLOUR='deep red'").check()
                #expect(!again.output.contains("Releasing"))

                let failing = try await host.ssh("run api 'exit 9'")
                #expect(failing.status == 9)
                let run = try await host.ssh("run api 'echo in $CAIRN_APP; cat'", input: "from stdin\n").check()
                #expect(run.output.contains("in api"))
                #expect(run.output.contains("from stdin"))
            }
        }

        @Test("Every way to fail has its own message")
        func failures() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("shy", on: host)
                try app.write(["Dockerfile": SampleApp.dockerfile + "ENV BIND=127.0.0.1\n"])
                try await app.commit("loopback")
                try await host.cairn("checks:set", "--global", "startup-timeout", "3").check()
                let loopback = try await app.push()
                #expect(loopback.error.contains("E-APP-LISTENS-ON-LOOPBACK"))
                #expect(loopback.error.contains("0.0.0.0"))
                #expect(loopback.error.contains("Nothing of shy serves yet"))

                try app.write(["Dockerfile": SampleApp.dockerfile, "server.pl": "sleep 1 while 1;\n"])
                try await app.commit("deaf")
                let deaf = try await app.push()
                #expect(deaf.error.contains("E-APP-NOT-LISTENING"))
                #expect(deaf.error.contains("port 5000"))

                try app.remove("Dockerfile")
                try await app.commit("nothing to build")
                let none = try await app.push()
                #expect(none.error.contains("E-NO-BUILDER"))

                try app.write(["Dockerfile": SampleApp.dockerfile, "Procfile": "web perl\n"])
                try await app.commit("bad Procfile")
                let procfile = try await app.push()
                #expect(procfile.error.contains("E-INVALID-FILE"))
                #expect(procfile.error.contains("line 1"))
            }
        }
    }
}
