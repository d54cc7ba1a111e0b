import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Plugin postgres")
    struct ServicePostgres {
        @Test(
            "Create, link, write and read a row, export, destroy, import: the app has its row back; one restart a link")
        func life() async throws {
            try await ServiceHost.run("postgres") { services in
                let host = services.host
                let created = try await services.run("create", "@main").check()
                #expect(created.output.contains("Postgres container created"), "\(created)")
                let app = try await table("web", on: host)
                try await app.push().check()

                let linked = try await services.run("link", "@main", "web").check()
                #expect(linked.output.components(separatedBy: "Restarting app").count == 2, "\(linked)")
                #expect(try await services.releases(of: "web") == 2)
                #expect(try await app.get("/write").body == "")
                #expect(try await app.get("/read").body == "42")
                #expect(try await services.run("app-links", "web").output == services.name("main") + "\n")
                #expect(try await services.run("linked", "@main", "web").status == 0)
                let again = try await services.run("link", "@main", "web")
                #expect(again.status == 1 && again.error.contains("already linked to web as DATABASE_URL"), "\(again)")

                let refused = try await services.run("destroy", "@main", "--force")
                #expect(refused.status == 1 && refused.error.contains("is linked to web"), "\(refused)")
                let dump = host.home + "/dump"
                try await services.shell("cairn postgres:export \(services.name("main")) > \(dump)").check()
                try await services.run("unlink", "@main", "web").check()
                #expect(try await services.releases(of: "web") == 3)
                #expect(try await host.cairn("config:get", "web", "DATABASE_URL").status == 1)
                let question = try await services.run("destroy", "@main", input: "other\n")
                #expect(question.status == 1 && question.error.contains("E-NOT-CONFIRMED"), "\(question)")
                try await services.run("destroy", "@main", input: services.name("main") + "\n").check()
                #expect(try await services.run("exists", "@main").status == 1)
                #expect(try await services.docker("inspect", services.container("main")).status != 0)

                try await services.run("create", "@main").check()
                try await services.run("link", "@main", "web").check()
                #expect(try await app.get("/read").body.contains("does not exist"))
                try await services.shell("cairn postgres:import \(services.name("main")) < \(dump)").check()
                #expect(try await app.get("/read").body == "42")
                let garbage = try await services.run("import", "@main", input: "no dump")
                #expect(garbage.status == 1 && garbage.error.contains("Nothing was changed"), "\(garbage)")
                #expect(try await app.get("/read").body == "42")

                try await host.cairn("--force", "apps:destroy", "web").check()
                #expect(try await services.run("links", "@main").check().output == "")
                try await services.run("destroy", "@main", "--force").check()
                let left = host.root + "/dokku-lib/services/postgres"
                #expect(try FileManager.default.contentsOfDirectory(atPath: left).isEmpty)
            }
        }

        @Test("Clone and promote: the copy has the data; the promoted one is in DATABASE_URL, the other under a colour")
        func cloneAndPromote() async throws {
            try await ServiceHost.run("postgres") { services in
                let host = services.host
                try await services.run("create", "@one").check()
                try await services.run("connect", "@one", input: "create table t (x int); insert into t values (7);")
                    .check()
                try await services.run("clone", "@one", "@two").check()
                let rows = try await services.run("connect", "@two", input: "select x from t;").check()
                #expect(rows.output.contains(" 7\n"), "\(rows)")

                try await host.cairn("apps:create", "web").check()
                try await services.run("link", "@one", "web").check()
                let first = try await host.cairn("config:get", "web", "DATABASE_URL").check().output
                try await services.run("link", "@two", "web", "--querystring", "pool=5").check()
                let second = try await host.cairn("config:get", "web", "DOKKU_POSTGRES_AQUA_URL").check().output
                #expect(first.contains("@dokku-postgres-\(services.name("one")):5432/"), "\(first)")
                #expect(second.hasSuffix("?pool=5\n"), "\(second)")
                try await services.run("promote", "@two", "web").check()
                #expect(try await host.cairn("config:get", "web", "DATABASE_URL").output == second)
                #expect(try await host.cairn("config:get", "web", "DOKKU_POSTGRES_BLACK_URL").output == first)
                let done = try await services.run("promote", "@two", "web")
                #expect(done.status == 1 && done.error.contains("already promoted"), "\(done)")

                let clone = try await host.cairn("apps:clone", "--skip-deploy", "web", "copy")
                if clone.status == 0 {
                    #expect(try await services.run("links", "@one").output == "copy\nweb\n")
                }
                try await host.cairn("apps:rename", "web", "shop").check()
                #expect(try await services.run("linked", "@one", "shop").status == 0)
                #expect(try await services.run("links", "@two").output.contains("web") == false)
            }
        }

        @Test("Stop, start, expose, upgrade: refused across majors without --force, and with it the data come along")
        func upgrade() async throws {
            try await ServiceHost.run("postgres") { services in
                try await services.run("create", "@main", "--memory", "256").check()
                let app = try await table("web", on: services.host)
                try await app.push().check()
                try await services.run("link", "@main", "web").check()
                #expect(try await app.get("/write").body == "")

                try await services.run("stop", "@main").check()
                #expect(try await services.run("info", "@main", "--status").output == "missing\n")
                try await services.run("start", "@main").check()
                #expect(
                    try await app.get("/read").body == "42", "a new container is connected to the app's network again")

                try await services.run("expose", "@main").check()
                let port = try await exposedPort(services)
                #expect(try await query(services, port: port).output == "42\n")

                try await makeNextMajor(services)
                defer { removeNextMajor(services) }
                let refused = try await services.run(
                    "upgrade", "@main", "--image", next(services), "--image-version", "16")
                #expect(refused.status == 1 && refused.error.contains("E-NOT-ALLOWED"), "\(refused)")
                #expect(refused.error.contains("--force"), "\(refused)")
                #expect(try await app.get("/read").body == "42")
                let version = try await services.run("info", "@main", "--version").check().output
                #expect(version == "cairn/postgres:15\n")

                try await services.run(
                    "upgrade", "@main", "--image", next(services), "--image-version", "16", "--force"
                ).check()
                #expect(try await services.run("info", "@main", "--version").output == "\(next(services)):16\n")
                #expect(try await app.get("/read").body == "42")
                #expect(try await query(services, port: port).output == "42\n", "the port is the same")
                try await services.run("unexpose", "@main").check()
                #expect(throws: (any Error).self) { try RawConnection(port: port) }
                try await services.run("unlink", "@main", "web", "--no-restart").check()
                try await services.run("destroy", "@main", "--force").check()
            }
        }

        @Test(
            "With --no-restart the app runs on as it is until its next deploy; --restart-apps restarts what is linked"
        )
        func restarts() async throws {
            try await ServiceHost.run("postgres") { services in
                let host = services.host
                for name in ["@main", "@other"] { try await services.run("create", name).check() }
                let app = try await table("web", on: host)
                try await app.push().check()
                let first = try await host.container(of: "web")

                let linked = try await services.run("link", "@main", "web", "--no-restart").check()
                #expect(!linked.output.contains("Restarting app"), "\(linked)")
                #expect(try await services.releases(of: "web") == 1)
                #expect(try await host.container(of: "web") == first)
                #expect(try await app.get("/write").body != "", "the running copy knows nothing of the service")
                try await app.change(to: "two").check()
                #expect(try await app.get("/write").body == "")
                #expect(try await app.get("/read").body == "42")

                let second = try await host.container(of: "web")
                try await services.run("upgrade", "@main").check()
                #expect(try await host.container(of: "web") == second)
                #expect(try await app.get("/read").body == "42")
                let upgraded = try await services.run("upgrade", "@main", "--restart-apps").check()
                #expect(upgraded.output.contains("Restarting web"), "\(upgraded)")
                let third = try await host.container(of: "web")
                #expect(third != second)
                #expect(try await app.get("/read").body == "42")

                try await services.run("link", "@other", "web", "--no-restart").check()
                let promoted = try await services.run("promote", "@other", "web").check()
                #expect(promoted.output.components(separatedBy: "Restarting app").count == 2, "\(promoted)")
                #expect(try await services.releases(of: "web") == 3)
                #expect(try await app.get("/read").body.contains("does not exist"), "it is the other database now")
                let fourth = try await host.container(of: "web")
                for name in ["@main", "@other"] {
                    let unlinked = try await services.run("unlink", name, "web", "--no-restart").check()
                    #expect(!unlinked.output.contains("Restarting app"), "\(unlinked)")
                }
                #expect(try await host.container(of: "web") == fourth)
                #expect(try await services.releases(of: "web") == 3)
                #expect(try await host.cairn("config:get", "web", "DATABASE_URL").status == 1)
                #expect(try await services.run("app-links", "web").output == "")
                for name in ["@main", "@other"] { try await services.run("destroy", name, "--force").check() }
            }
        }

        @Test("An image that cannot be pulled is built from Debian's packages, and the output says so")
        func builtImage() async throws {
            try await ServiceHost.run("postgres") { services in
                let host = services.host
                try await services.run("set", "--global", "image").check()
                // A client that cannot reach a registry, whatever the network of the test.
                let client = host.home + "/docker"
                let script = """
                    #!/bin/sh
                    case "$*" in
                        "image pull"*) echo "no such host" >&2; exit 1 ;;
                        "image inspect postgres"*) exit 1 ;;
                    esac
                    exec docker "$@"

                    """
                try script.write(toFile: client, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: client)
                let plugin = host.root + "/plugins/available/postgres/subcommands/create"
                let created = try await host.run(
                    plugin, ["postgres:create", services.name("main")],
                    environment: [
                        "DOCKER_BIN": client, "DOCKER_HOST": "unix://" + host.settings.engineSocket,
                        "CAIRN_SHARE": host.settings.share, "DOKKU_LIB_ROOT": host.root + "/dokku-lib",
                        "CAIRN_ROOT": host.root,
                    ]
                ).check()
                #expect(created.output.contains("It cannot be pulled: no such host"), "\(created)")
                #expect(created.output.contains("from Debian's packages"), "\(created)")
                #expect(try await services.run("info", "@main", "--version").output == "cairn/postgres:15\n")
                let asked = try await services.run(
                    "create", "@other", "--image", "cairn-test/none", "--image-version", "1")
                #expect(asked.status == 1 && asked.error.contains("cairn-test/none:1 cannot be had"), "\(asked)")
                #expect(try await services.run("list").output == services.name("main") + "\n")
                try await services.run("destroy", "@main", "--force").check()
            }
        }

        @Test("Bad words are refused before anything is done")
        func badWords() async throws {
            let cases: [(words: [String], message: String, status: Int32)] = [
                (["create", "../x"], "is not a name for a service", 1), (["create", "a b"], "is not a name", 1),
                (["create"], "Please specify the service", 2), (["create", "x", "--memory", "1g"], "megabytes", 1),
                (["create", "x", "--image", "-v/:/x"], "is not the name of an image", 1),
                (["create", "x", "--custom-env", "A=1\nB=2"], "control character", 1),
                (["create", "x", "--custom-env", "A=1;PATH"], "KEY=VALUE", 1),
                (["link", "none", "web"], "does not exist", 1), (["info", "none"], "does not exist", 1),
                (["export", "none"], "does not exist", 1), (["create", "x", "--nope"], "Unknown option", 2),
            ]
            try await TestHost.run { host in
                try await host.cairn("plugin:install", "postgres").check()
                for (words, message, status) in cases {
                    let outcome = try await host.run(
                        host.executable, ["postgres:" + words[0]] + words.dropFirst(),
                        environment: ["CAIRN_ROOT": host.root, "SSH_USER": "root"])
                    #expect(outcome.status == status && outcome.error.contains(message), "\(outcome)")
                }
                #expect(try await host.cairn("postgres:list").check().output == "")
            }
        }

        // MARK: Parts

        private func table(_ name: String, on host: TestHost) async throws -> SampleApp {
            let client = "psql -X \"$DATABASE_URL\" -qtA -c"
            return try await .asking(
                name, on: host, image: "cairn/postgres:15",
                commands: [
                    "write": "\(client) 'create table t (x int)' -c 'insert into t values (42)'",
                    "read": "\(client) 'select x from t'",
                ])
        }

        private func exposedPort(_ services: ServiceHost) async throws -> Int {
            let ports = try await services.run("info", "@main", "--exposed-ports").check().output
            let port = ports.split(whereSeparator: { !$0.isNumber }).last.flatMap { Int($0) }
            return try #require(port, "\(ports)")
        }

        /// Asks through a port of the host, with the password.
        private func query(_ services: ServiceHost, port: Int) async throws -> Outcome {
            let url = try await services.run("info", "@main", "--dsn").check().output
            let start = try #require(url.firstIndex(of: "@"))
            let end = try #require(url.lastIndex(of: "/"))
            let local = url[..<start] + "@127.0.0.1:\(port)" + url[end...].dropLast()
            return try await services.docker(
                "run", "--rm", "--network", "host", "--entrypoint", "psql", "cairn/postgres:15", "-X", String(local),
                "-tA",
                "-c", "select x from t")
        }

        private func next(_ services: ServiceHost) -> String { "cairn-test/" + services.name("next") }

        /// An image that says it is the next major version. Debian has only one to make it from.
        private func makeNextMajor(_ services: ServiceHost) async throws {
            let dockerfile = #"""
                FROM cairn/postgres:15
                RUN printf '#!/bin/sh\n[ "$1" != --version ] || { echo "postgres (PostgreSQL) 16.1"; exit; }\nexec /usr/lib/postgresql/15/bin/postgres "$@"\n' >/usr/local/bin/postgres \
                    && chmod 755 /usr/local/bin/postgres
                ENV PATH=/usr/local/bin:$PATH

                """#
            try await services.docker("build", "--tag", "\(next(services)):16", "-", input: dockerfile).check()
        }

        private func removeNextMajor(_ services: ServiceHost) {
            let (image, engine) = ("\(next(services)):16", services.host.engine)
            Task { try? await engine.removeImage(image, force: true) }
        }
    }
}
