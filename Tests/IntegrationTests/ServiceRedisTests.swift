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

        @Test(
            "Promote, expose, and an upgrade that is refused across majors without --force; a dump outlives the service"
        )
        func promoteExposeUpgrade() async throws {
            try await ServiceHost.run("redis") { services in
                let host = services.host
                for name in ["@one", "@two"] { try await services.run("create", name).check() }
                try await services.run("connect", "@one", input: "set k 42\n").check()
                try await host.cairn("apps:create", "web").check()
                try await services.run("link", "@one", "web").check()
                try await services.run("link", "@two", "web").check()
                let second = try await host.cairn("config:get", "web", "DOKKU_REDIS_AQUA_URL").check().output
                try await services.run("promote", "@two", "web").check()
                #expect(try await host.cairn("config:get", "web", "REDIS_URL").output == second)

                let port = try FreePort.next()
                try await services.run("expose", "@one", "127.0.0.1:\(port)").check()
                let url = try await services.run("info", "@one", "--dsn").check().output
                let password = try #require(url.firstMatch(of: #/redis://:(.*)@/#)?.output.1)
                func ask() async throws -> String {
                    try await services.docker(
                        "run", "--rm", "--network", "host", "--entrypoint", "redis-cli", "--env",
                        "REDISCLI_AUTH=\(password)", "cairn/redis:7.0", "-h", "127.0.0.1", "-p", "\(port)", "get", "k"
                    ).output
                }
                #expect(try await ask() == "42\n")

                let next = "cairn-test/" + services.name("next")
                try await services.docker(
                    "build", "--tag", "\(next):8.0", "-",
                    input: #"""
                        FROM cairn/redis:7.0
                        RUN printf '#!/bin/sh\n[ "$1" != --version ] || { echo "Redis server v=8.0.1"; exit; }\nexec /usr/bin/redis-server "$@"\n' >/usr/local/bin/redis-server \
                            && chmod 755 /usr/local/bin/redis-server
                        ENV PATH=/usr/local/bin:$PATH

                        """#
                ).check()
                let words = ["--image", next, "--image-version", "8.0"]
                let refused = try await services.run("upgrade", "@one", words[0], words[1], words[2], words[3])
                #expect(refused.status == 1 && refused.error.contains("E-NOT-ALLOWED"), "\(refused)")
                #expect(refused.error.contains("is of another major version than Redis 7"), "\(refused)")
                #expect(try await services.run("info", "@one", "--version").output == "cairn/redis:7.0\n")
                try await services.run("upgrade", "@one", words[0], words[1], words[2], words[3], "--force").check()
                #expect(try await services.run("info", "@one", "--version").output == "\(next):8.0\n")
                #expect(try await ask() == "42\n", "the data and the port are the same")
                try await services.run("unexpose", "@one").check()

                let dump = host.home + "/dump"
                try await services.shell("cairn redis:export \(services.name("one")) > \(dump)").check()
                for name in ["@one", "@two"] { try await services.run("unlink", name, "web").check() }
                try await services.run("destroy", "@one", "--force").check()
                try await services.run("create", "@one").check()
                #expect(try await services.run("connect", "@one", input: "get k\n").output == "\n")
                try await services.shell("cairn redis:import \(services.name("one")) < \(dump)").check()
                #expect(try await services.run("connect", "@one", input: "get k\n").output == "42\n")
                for name in ["@one", "@two"] { try await services.run("destroy", name, "--force").check() }
                try await services.docker("image", "rm", "\(next):8.0").check()
            }
        }

        @Test("The commands beside these: logs, restart, enter, networks, and what backups are told and forget")
        func otherCommands() async throws {
            try await ServiceHost.run("redis") { services in
                let host = services.host
                let network = services.name("net")
                try await services.docker("network", "create", network).check()
                try await services.run("create", "@cache", "--post-start-network", network).check()
                let joined = try await services.docker(
                    "inspect", "--format", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}",
                    services.container("cache"))
                #expect(joined.output.contains(network), "\(joined)")
                let none = try await services.run("create", "@other", "--initial-network", "no-such-network")
                #expect(none.status == 1 && none.error.contains("There is no network no-such-network"), "\(none)")

                #expect(try await services.run("logs", "@cache").check().output.contains("Ready to accept connections"))
                let before = try await services.docker(
                    "inspect", "--format", "{{.State.StartedAt}}", services.container("cache"))
                try await services.run("restart", "@cache").check()
                let after = try await services.docker(
                    "inspect", "--format", "{{.State.StartedAt}}", services.container("cache"))
                #expect(before.output != after.output)
                #expect(try await services.run("enter", "@cache", "redis-cli", "ping").check().output == "PONG\n")

                try await services.run("backup-auth", "@cache", "AKID", "SECRET").check()
                try await services.run("backup-deauth", "@cache").check()
                let refused = try await services.run("backup", "@cache", "s3://backups")
                #expect(refused.error.contains("no credentials"), "\(refused)")
                let unscheduled = try await services.run("backup-schedule-cat", "@cache")
                #expect(unscheduled.status == 1 && unscheduled.error.contains("No backup of"), "\(unscheduled)")

                let garbage = try await services.run("backup-set-public-key-encryption", "@cache", input: "no key\n")
                #expect(garbage.status == 1 && garbage.error.contains("is not a public key"), "\(garbage)")
                let key = try await services.shell(
                    "d=\(host.home)/gpg; mkdir -m 700 $d; gpg --homedir $d --batch --quiet --passphrase '' --quick-gen-key t@example.org rsa2048 encrypt never && gpg --homedir $d --export --armor t@example.org"
                ).check().output
                try await services.run("backup-set-public-key-encryption", "@cache", input: key).check()
                let target = host.home + "/backups"
                try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
                try await services.run("backup", "@cache", target).check()
                let encrypted = try #require(try FileManager.default.contentsOfDirectory(atPath: target).first)
                try await services.shell(
                    "gpg --homedir \(host.home)/gpg --batch --quiet --decrypt \(target)/\(encrypted) | head -c 5 | grep -q REDIS"
                ).check()
                try await services.run("backup-unset-public-key-encryption", "@cache").check()
                try await services.run("backup-set-encryption", "@cache", "pass").check()
                try await services.run("backup-unset-encryption", "@cache").check()
                try FileManager.default.removeItem(atPath: "\(target)/\(encrypted)")
                try await services.run("backup", "@cache", target).check()
                let plain = try #require(try FileManager.default.contentsOfDirectory(atPath: target).first)
                #expect(plain.hasSuffix(".export"), "\(plain)")
                try await services.run("destroy", "@cache", "--force").check()
                try await services.docker("network", "rm", network).check()
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
