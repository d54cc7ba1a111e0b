import CairnCore
import CairnTestSupport
import DockerEngine
import Testing

extension HostTests {
    @Suite("Processes")
    struct Processes {
        @Test("ps:restart --all gives every app new copies; one that cannot be restarted keeps no other from it")
        func restartAll() async throws {
            try await TestHost.run { host in
                let apps = [try await SampleApp("api", on: host), try await SampleApp("web", on: host)]
                for app in apps { try await app.push().check() }
                let before = [try await host.container(of: "api"), try await host.container(of: "web")]
                let restart = try await host.ssh("ps:restart --all --parallel 2").check()
                for app in apps {
                    #expect(restart.output.contains("Restarting \(app.name)"), "\(restart)")
                    #expect(try await app.get() == ("one \(app.name) web.1 v1", "200"))
                }
                let after = [try await host.container(of: "api"), try await host.container(of: "web")]
                #expect(Set(before).isDisjoint(with: after))

                // flock(1) holds the lock of the first while the command runs.
                let lock = host.settings.lock(of: try AppName(validating: "api"))
                let mixed = try await host.run(
                    "/usr/bin/flock", [lock, host.executable, "ps:restart", "--all"],
                    environment: ["CAIRN_ROOT": host.root])
                #expect(mixed.status == 1, "\(mixed)")
                #expect(mixed.error.contains("api currently has a deploy lock in place"), "\(mixed)")
                #expect(try await host.container(of: "api") == after[0])
                #expect(try await host.container(of: "web") != after[1])
            }
        }

        @Test("stop-timeout-seconds: new containers carry it, and what ignores TERM is killed when it is over")
        func stopTimeout() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp(
                    "web", on: host,
                    files: ["Procfile": "web: exec perl server.pl\ndeaf: trap '' TERM; while :; do sleep 1; done\n"])
                try await host.ssh("apps:create web").check()
                try await host.ssh("ps:scale web deaf=1").check()
                try await host.ssh("ps:set web stop-timeout-seconds 1").check()
                try await app.push().check()
                let deaf = try await host.container(of: "web", "deaf.1")
                #expect(try await host.engine.inspectContainer(deaf).config.stopTimeout == 1)
                try await host.ssh("ps:stop web").check()
                #expect(try await host.containers(of: "web").isEmpty)

                try await host.ssh("ps:set web stop-timeout-seconds").check()
                try await host.ssh("ps:start web").check()
                let next = try await host.container(of: "web", "deaf.1")
                #expect(try await host.engine.inspectContainer(next).config.stopTimeout == 30)
            }
        }
    }
}
