import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Plugin redis")
    struct ServiceRedis {
        @Test(
            "Create, link, write and read a key over ssh; export, import, clone; no password in any list of processes")
        func life() async throws {
            try await ServiceHost.run("redis") { services in
                let host = services.host
                let cache = services.name("cache")
                try await host.ssh("redis:create \(cache) --config-options '--maxmemory 20mb'").check()
                // redis-cli takes the empty user of such a URL for a name.
                let client = "u=${REDIS_URL#redis://:}; h=${u#*@}; REDISCLI_AUTH=${u%%@*} redis-cli -h ${h%%:*}"
                let app = try await SampleApp.asking(
                    "web", on: host, image: "cairn/redis:7.0",
                    commands: ["write": "\(client) set k 42", "read": "\(client) get k"])
                try await app.push().check()
                try await host.ssh("redis:link \(cache) web").check()
                #expect(try await services.releases(of: "web") == 2)
                let written = try await app.get("/write")
                #expect(written.body == "OK", "\(written)")
                #expect(try await app.get("/read").body == "42")

                let dump = host.home + "/dump"
                try await services.shell("cairn redis:export \(cache) > \(dump)").check()
                try await services.run("connect", "@cache", input: "del k\n").check()
                #expect(try await app.get("/read").body == "")
                let garbage = try await services.run("import", "@cache", input: "no snapshot")
                #expect(garbage.status == 1 && garbage.error.contains("snapshot"), "\(garbage)")
                try await services.shell("cairn redis:import \(cache) < \(dump)").check()
                #expect(try await app.get("/read").body == "42")

                let taken = try await services.run("create", cache.replacingOccurrences(of: "-", with: "_"))
                #expect(taken.status == 1 && taken.error.contains("under the same name as \(cache)"), "\(taken)")
                try await services.run("clone", "@cache", "@copy").check()
                let copied = try await services.run("connect", "@copy", input: "get k\n").check()
                #expect(copied.output == "42\n")
                let password = try String(
                    contentsOfFile: "\(host.root)/dokku-lib/services/redis/\(cache)/PASSWORD", encoding: .utf8)
                let processes = try await services.docker("top", services.container("cache"), "-eo", "pid,args").check()
                #expect(processes.output.contains("redis-server"))
                #expect(!processes.output.contains(password.dropLast()))

                #expect(try await host.cairn("plugin:trigger", "service-list").output.contains("redis:\(cache)\n"))
                try await host.cairn("ps:stop", "web").check()
                try await services.run("pause", "@cache").check()
                #expect(try await services.run("info", "@cache", "--status").output == "exited\n")
                try await host.cairn("ps:start", "web").check()
                #expect(try await app.get("/read").body == "42", "starting an app starts its services")

                try await services.run("unlink", "@cache", "web").check()
                let networks = try await services.docker(
                    "inspect", "--format", "{{len .NetworkSettings.Networks}}", services.container("cache"))
                #expect(networks.output == "1\n", "an app that is not linked cannot reach it")
                try await host.ssh("--force redis:destroy \(cache)").check()
                let removed = try await host.cairn("plugin:uninstall", "redis").check()
                #expect(removed.error.contains(services.name("copy")), "what goes on running is named: \(removed)")
                try await host.cairn("plugin:install", "redis").check()
                try await services.run("destroy", "@copy", "--force").check()
                #expect(try await services.run("list").check().output == "")
            }
        }

        @Test("The files of a service are its owner's alone")
        func permissions() async throws {
            try await ServiceHost.run("redis") { services in
                try await services.run("create", "@cache").check()
                let directory = "\(services.host.root)/dokku-lib/services/redis"
                let open = try await services.host.run(
                    "/usr/bin/find", [directory, "-not", "-path", "*/data/*", "-not", "-name", "data", "-perm", "/077"]
                ).check()
                #expect(open.output == "", "\(open)")
                try await services.run("destroy", "@cache", "--force").check()
            }
        }
    }
}
