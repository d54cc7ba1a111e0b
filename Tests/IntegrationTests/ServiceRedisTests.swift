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
                let app = try await SampleApp.asking(
                    "web", on: host, image: "cairn/redis:7.0",
                    commands: [
                        "write": "redis-cli --no-auth-warning -u \"$REDIS_URL\" set k 42",
                        "read": "redis-cli --no-auth-warning -u \"$REDIS_URL\" get k",
                    ])
                try await app.push().check()
                try await host.ssh("redis:link \(cache) web").check()
                #expect(try await services.releases(of: "web") == 2)
                #expect(try await app.get("/write").body == "OK")
                #expect(try await app.get("/read").body == "42")

                let dump = host.home + "/dump"
                try await services.shell("cairn redis:export \(cache) > \(dump)").check()
                try await services.run("connect", "@cache", input: "del k\n").check()
                #expect(try await app.get("/read").body == "")
                let garbage = try await services.run("import", "@cache", input: "no snapshot")
                #expect(garbage.status == 1 && garbage.error.contains("snapshot"), "\(garbage)")
                try await services.shell("cairn redis:import \(cache) < \(dump)").check()
                #expect(try await app.get("/read").body == "42")

                try await services.run("clone", "@cache", "@copy").check()
                let copied = try await services.run("connect", "@copy", input: "get k\n").check()
                #expect(copied.output == "42\n")
                let password = try String(
                    contentsOfFile: "\(host.root)/dokku-lib/services/redis/\(cache)/PASSWORD", encoding: .utf8)
                let processes = try await services.docker("top", services.container("cache"), "-eo", "pid,args").check()
                #expect(processes.output.contains("redis-server"))
                #expect(!processes.output.contains(password.dropLast()))

                try await services.run("unlink", "@cache", "web").check()
                for name in ["@cache", "@copy"] { try await services.run("destroy", name, "--force").check() }
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
