import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Serving without an app, and within limits")
    struct ServingPages {
        @Test("A stopped app answers 503 with a page and runs again after ps:start; an app's own errors pass through")
        func pages() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("checks:set", "web", "wait-to-retire", "0").check()
                try await app.push().check()
                let own = try await host.request("/fail", host: app.domain)
                #expect(own.status == 500)
                #expect(own.body.hasPrefix("one web "))

                try await host.ssh("ps:stop web").check()
                let page = try await host.request(host: app.domain)
                #expect(page.status == 503)
                #expect(page.values("x-cairn-error") == ["not-running"])
                #expect(page.body.contains("The app is not running"))
                #expect(page.values("content-type").first?.hasPrefix("text/html") == true)
                #expect(try await host.containers().isEmpty)

                try await host.ssh("ps:start web").check()
                #expect(try await app.get() == ("one web web.1 v1", "200"))
            }
        }

        @Test("nginx:set client-max-body-size is in effect at once, and a value that nginx would not take is refused")
        func bodySize() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let file = host.home + "/body"
                try String(repeating: "x", count: 100_000).write(toFile: file, atomically: true, encoding: .utf8)
                func post() async throws -> Reply {
                    try await host.request(
                        "/size", host: app.domain, options: ["--header", "Expect:", "--data-binary", "@" + file])
                }
                let before = try await post()
                #expect(before.status == 200 && before.body == "100000\n")
                try await host.ssh("nginx:set web client-max-body-size 50k").check()
                let refused = try await post()
                #expect(refused.status == 413)
                #expect(refused.body.contains("The request is too large"))
                #expect(try await host.ssh("nginx:set web client-max-body-size 'many; }'").status != 0)
                #expect(try await post().status == 413)
                try await host.ssh("nginx:set web client-max-body-size 1m").check()
                #expect(try await post().status == 200)
                try await host.ssh("nginx:set web client-max-body-size").check()
                #expect(try await post().status == 200)
            }
        }

        @Test("Deploys, rollbacks, scaling, restarts and config changes reload nothing: same generation, same workers")
        func nothingIsReloaded() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let before = try Nginx(host)
                // A kept connection sees each release in turn.
                let kept = try RawConnection(port: host.settings.httpPort)
                func body() -> String? { kept.get("/", host: app.domain)?.body }
                #expect(body() == "one web web.1 v1\n")
                try await app.change(to: "two").check()
                #expect(body() == "two web web.1 v2\n")
                try await host.ssh("releases:rollback web").check()
                #expect(body() == "one web web.1 v3\n")
                try await host.ssh("config:set web A=1").check()
                #expect(body() == "one web web.1 v4\n")
                try await host.ssh("ps:scale web web=2").check()
                try await host.ssh("ps:restart web").check()
                try await host.ssh("ps:stop web").check()
                #expect(try await host.request(host: app.domain).status == 503)
                try await host.ssh("ps:start web").check()
                #expect(body()?.hasPrefix("one web web.") == true)
                #expect(try Nginx(host) == before)
                // What does reload shows that the comparison can fail.
                try await host.ssh("domains:add web www.example.com").check()
                #expect(try Nginx(host) != before)
            }
        }

        /// What a reload of nginx changes.
        struct Nginx: Equatable {
            let generation: String
            let workers: String

            init(_ host: TestHost) throws {
                generation = try FileManager.default.destinationOfSymbolicLink(
                    atPath: host.settings.nginxRoot + "/live.conf")
                let master = host.nginx.processID
                workers = try String(contentsOfFile: "/proc/\(master)/task/\(master)/children", encoding: .utf8)
            }
        }

        @Test("A request that is under way when a deploy switches is answered by the container that got it")
        func requestsUnderWay() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("checks:set", "web", "wait-to-retire", "10").check()
                try await app.push().check()
                let slow = try RawConnection(port: host.settings.httpPort)
                slow.send("GET /slow HTTP/1.1\r\nHost: \(app.domain)\r\n\r\n")
                try await app.change(to: "two").check()
                #expect(try await app.get().body == "two web web.1 v2")
                let reply = slow.receive(until: "web.1 v1\n")
                #expect(reply.hasPrefix("HTTP/1.1 200 ") && reply.hasSuffix("\r\n\r\none web web.1 v1\n"), "\(reply)")
            }
        }
    }
}
