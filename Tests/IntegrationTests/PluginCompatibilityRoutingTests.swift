import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    /// Plugins that change how nginx serves an app.
    @Suite("Published plugins: nginx")
    struct PluginCompatibilityRouting {
        @Test(
            "A password is asked for by nginx.conf.d, over deploys too; a file that nginx does not take changes nothing"
        )
        func gate() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("gate")
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let other = try await SampleApp("other", on: host)
                try await other.push().check()

                let on = try await host.cairn("gate:on", "web", "alice", "secret")
                #expect(on.status == 0, "\(on)")
                #expect(on.output.hasSuffix("       1 user(s)\n"))
                #expect(try await host.request(host: app.domain).status == 401)
                #expect(try await host.request(host: app.domain, options: ["--user", "alice:secret"]).status == 200)
                #expect(try await other.get().status == "200")
                // The gate stays shut over a deploy.
                try await app.change(to: "two").check()
                #expect(try await host.request(host: app.domain).status == 401)
                try await host.cairn("gate:allow", "web", "127.0.0.1").check()
                #expect(try await host.request(host: app.domain).status == 200)
                try await host.cairn("gate:refuse", "web", "127.0.0.1").check()
                #expect(try await host.request(host: app.domain).status == 401)

                try await spoil(host, app, other)
                try await host.cairn("gate:off", "web").check()
                #expect(try await host.request(host: app.domain).status == 200)
            }
        }

        private func spoil(_ host: TestHost, _ app: SampleApp, _ other: SampleApp) async throws {
            let spoil = try await host.cairn("gate:spoil", "web")
            #expect((spoil.output + spoil.error).contains("no_such_directive"), "\(spoil)")
            #expect(try await host.request(host: app.domain, options: ["--user", "alice:secret"]).status == 200)
            #expect(try await other.change(to: "two").check().error.contains("Application deployed"))
            try FileManager.default.removeItem(atPath: host.root + "/dokku/web/nginx.conf.d/spoiled.conf")
        }

        @Test("A certificate comes by certs:add and ports:add; the challenge is served; renewal is a scheduled task")
        func seal() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("seal")
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                #expect(try await host.cairn("seal:enable", "web").error.contains("Please set SEAL_EMAIL"))
                try await host.cairn("config:set", "--no-restart", "web", "SEAL_EMAIL=a@test.local").check()
                let enable = try await host.cairn("seal:enable", "web")
                #expect(enable.status == 0, "\(enable)")
                #expect(enable.output.contains("-----> Certificate retrieved successfully."))
                let secure = try await host.request(host: app.domain, isSecure: true)
                #expect(secure.status == 200, "\(secure)")
                // Below the redirect to https too, as an authority asks for it there.
                let challenge = try await host.request("/.well-known/acme-challenge/token", host: app.domain)
                #expect(challenge.status == 200, "\(challenge)")
                #expect(challenge.body == "the answer\n")
                #expect(try await host.request(host: app.domain).status == 301)
                #expect(try await host.cairn("seal:auto-renew").check().output.contains("-----> Renewing web"))
                #expect(try await host.cairn("seal:cron-job", "--add").check().output == "-----> Cron job is true\n")
                let tasks = try await host.cairn("plugin:trigger", "cron-entries", "docker-local").check()
                #expect(tasks.output == "24 6 * * *;dokku seal:auto-renew;/var/log/dokku/seal.log\n")
                let disable = try await host.cairn("seal:disable", "web")
                #expect(disable.status == 0, "\(disable)")
                #expect(try await host.request(host: app.domain).status == 200)
                #expect(
                    try await host.request("/.well-known/acme-challenge/token", host: app.domain).body != "the answer\n"
                )
            }
        }

        @Test("A domain is sent elsewhere by an edit of nginx.conf before it is loaded")
        func detour() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("detour")
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let set = try await host.cairn("detour:set", "web", "old.test", "new.test")
                #expect(set.status == 0, "\(set)")
                let reply = try await host.request("/path", host: "old.test")
                #expect(reply.status == 301)
                #expect(reply.values("location") == ["http://new.test/path"])
                #expect(try await host.request(host: app.domain).values("x-detour") == ["by"])
                // The next deploys keep it.
                try await app.change(to: "two").check()
                #expect(try await host.request("/path", host: "old.test").status == 301)
                #expect(try await app.get().body.hasPrefix("two web"))
                try await host.cairn("detour:unset", "web").check()
                #expect(try await host.request("/path", host: "old.test").status != 301)
            }
        }

        @Test("A certificate that a plugin writes into tls is checked and taken over")
        func foreignCertificate() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("seal")
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let tls = host.root + "/dokku/web/tls"
                try FileManager.default.createDirectory(atPath: tls, withIntermediateDirectories: true)
                try await host.run(
                    "/usr/bin/openssl",
                    [
                        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", "/CN=web.test.local",
                        "-keyout", tls + "/server.key", "-out", tls + "/server.crt",
                    ]
                ).check()
                let build = try await host.cairn("proxy:build-config", "web")
                #expect(build.status == 0, "\(build)")
                #expect(try await host.request(host: app.domain, isSecure: true).status == 200)

                try "not a certificate\n".write(toFile: tls + "/server.crt", atomically: true, encoding: .utf8)
                let refused = try await host.cairn("proxy:build-config", "web")
                #expect((refused.output + refused.error).contains("tls/server.crt"), "\(refused)")
                #expect(try await host.request(host: app.domain, isSecure: true).status == 200)
            }
        }
    }
}
