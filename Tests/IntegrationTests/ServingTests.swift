import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Serving")
    struct Serving {
        @Test("Domains: added, removed, replaced, cleared; a taken one names its owner; unknown hosts get no answer")
        func domains() async throws {
            try await TestHost.run { host in
                let one = try await SampleApp("one", on: host)
                try await one.push().check()
                let two = try await SampleApp("two", on: host, files: ["message": "other\n"])
                try await two.push().check()
                func answer(_ name: String) async throws -> String { try await host.request(host: name).body }

                try await host.ssh("domains:add one www.example.com *.wild.example.com").check()
                #expect(try await answer("www.example.com").hasPrefix("one one "))
                #expect(try await answer("any.wild.example.com").hasPrefix("one one "))
                #expect(try await host.request(host: "wild.example.com").status == 0)

                let taken = try await host.ssh("domains:add two www.example.com")
                #expect(taken.status != 0)
                #expect(taken.error.contains("E-DOMAIN-TAKEN"))
                #expect(taken.error.contains("www.example.com"))
                #expect(taken.error.contains("the app one"), "\(taken)")
                #expect(try await answer("www.example.com").hasPrefix("one one "))
                // A name that is more exact than another app's wildcard goes to the one that named it.
                try await host.ssh("domains:add two exact.wild.example.com").check()
                #expect(try await answer("exact.wild.example.com").hasPrefix("other two "))

                try await host.ssh("domains:remove one www.example.com").check()
                #expect(try await host.request(host: "www.example.com").status == 0)
                try await host.ssh("domains:set one new.example.com").check()
                #expect(try await answer("new.example.com").hasPrefix("one one "))
                #expect(try await one.get().status == "000")
                try await host.ssh("domains:clear one").check()
                #expect(try await host.request(host: "new.example.com").status == 0)
                #expect(try await answer(two.domain).hasPrefix("other two "))
                try await host.ssh("domains:reset one").check()
                #expect(try await answer(one.domain).hasPrefix("one one "))
            }
        }

        @Test("Ports: set, added, removed, a second port for http; a port that nobody listens on explains itself")
        func ports() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let http = host.settings.httpPort
                let second = try FreePort.next()

                try await host.ssh("ports:set web http:\(http):5000 http:\(second):5000").check()
                #expect(try await host.request(host: app.domain).status == 200)
                #expect(try await host.request(host: app.domain, port: second).body.hasPrefix("one web "))
                let again = try await host.ssh("ports:add web http:\(second):6000")
                #expect(again.error.contains("being reused"))
                try await host.ssh("ports:remove web http:\(second)").check()
                #expect(try await host.request(host: app.domain, port: second).status == 0)
                try await host.ssh("ports:add web http:\(second):5000").check()
                #expect(try await host.request(host: app.domain, port: second).status == 200)

                try await host.ssh("ports:set web http:\(http):7777").check()
                let wrong = try await host.request(host: app.domain)
                #expect(wrong.status == 502)
                #expect(wrong.values("x-cairn-error") == ["no-answer"])
                #expect(wrong.body.contains("The app does not answer"))
                // The next release is told the port, and the app listens on what it is told.
                try await host.ssh("ps:restart web").check()
                #expect(try await host.request(host: app.domain).status == 200)
                try await host.ssh("ports:clear web").check()
                try await host.ssh("ps:restart web").check()
                #expect(try await host.request(host: app.domain).status == 200)
            }
        }

        @Test("EXPOSE 3000: served on the host's http port, and told to the app as PORT")
        func exposedPort() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp(
                    "web", on: host, files: ["Dockerfile": SampleApp.dockerfile + "EXPOSE 3000\n"])
                try await app.push().check()
                let environment = try await app.get("/env")
                #expect(environment.status == "200")
                #expect(environment.body.contains("PORT=3000"))
                #expect(
                    try await host.ssh("ports:report web").check().output.contains(
                        "http:\(host.settings.httpPort):3000"))
                // Another port in the next image moves the app there, in one deploy.
                try app.write(["Dockerfile": SampleApp.dockerfile + "EXPOSE 4000 5000/udp\n"])
                try await app.commit("moves")
                try await app.push().check()
                #expect(try await app.get("/env").body.contains("PORT=4000"))
            }
        }

        @Test("Forwarded headers are nginx's own, and an upgraded connection passes bytes both ways")
        func headersAndUpgrades() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let sent = [
                    "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: gopher", "X-Real-IP: 6.6.6.6",
                    "Forwarded: for=6.6.6.6", "X-Forwarded-Host: evil.example.com", "Proxy: http://6.6.6.6/",
                    "X-Forwarded-Port: 6", "X-Own: kept",
                ]
                let seen = try await host.request(
                    "/headers", host: app.domain, options: sent.flatMap { ["--header", $0] }
                ).body
                #expect(!seen.contains("6.6.6.6") && !seen.contains("evil") && !seen.contains("gopher"), "\(seen)")
                #expect(seen.contains("X-Forwarded-For: 127.0.0.1"))
                #expect(seen.contains("X-Forwarded-Proto: http"))
                #expect(seen.contains("X-Forwarded-Port: \(host.settings.httpPort)"))
                #expect(seen.contains("X-Request-Id: "))
                #expect(seen.contains("X-Own: kept"))

                let connection = try RawConnection(port: host.settings.httpPort)
                connection.send(
                    "GET /socket HTTP/1.1\r\nHost: \(app.domain)\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                let head = connection.receive(until: "\r\n\r\n")
                #expect(head.hasPrefix("HTTP/1.1 101 "), "\(head)")
                for text in ["ping", "pong and more"] {
                    connection.send(text)
                    #expect(connection.receive(until: text) == text)
                }
                // A deploy leaves what is open to the old container, for as long as that drains.
                try await app.change(to: "two").check()
                connection.send("still here")
                #expect(connection.receive(until: "still here") == "still here")
            }
        }
    }
}
