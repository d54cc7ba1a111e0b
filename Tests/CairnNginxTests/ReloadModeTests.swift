import CairnCore
import CairnNginx
import Testing

extension RealNginx {
    @Suite("nginx without the Lua module") struct ReloadModeTests {
        @Test func endpointsAreUpstreamsAndTheRestIsTheSame() async throws {
            try await Backends.run(["a", "b"]) { backends in
                try await NginxFixture.run(mode: .reload) { nginx in
                    try await nginx.serve("a", ["a.example.com"], nil)
                    let client = Client(port: nginx.http)
                    let stopped = try #require(try client.get("a.example.com"))
                    #expect(stopped.status == 503)
                    #expect(stopped.headers["x-cairn-error"] == "not-running")
                    #expect(stopped.body.contains("<h1>The app is not running</h1>"))
                    try await nginx.serve("a", ["a.example.com"], backends)
                    try await nginx.serve("b", ["b.example.com"], backends)
                    #expect(try client.get("a.example.com")?.body.hasPrefix("a\n") == true)
                    #expect(try client.get("b.example.com")?.body.hasPrefix("b\n") == true)
                    #expect(try client.get("c.example.com") == nil)
                    #expect(try await nginx.server.endpoints(for: try app("b")).count == 1)
                    try await nginx.server.remove(app: try app("a"))
                    #expect(try client.get("a.example.com") == nil)
                    #expect(await nginx.server.status().mode == .reload)
                }
            }
        }

        @Test func oneNameIsNotServedOverAnothersConnection() async throws {
            try await Backends.run(["a", "b"]) { backends in
                try await NginxFixture.run(mode: .reload) { nginx in
                    for name in ["a", "b"] {
                        let vhost = try await nginx.secure(name, ["\(name).example.com"])
                        try await nginx.server.setEndpoints(
                            [.init(scheme: .https, hostPort: nginx.https): [try backends.endpoint(name)]],
                            for: vhost.app)
                    }
                    #expect(try await nginx.curl("a.example.com").contains("\r\n\r\na\n"))
                    #expect(
                        try await nginx.curl("a.example.com", headers: ["Host: b.example.com"]).hasPrefix("HTTP/2 421"))
                    #expect(try await nginx.curl("c.example.com").isEmpty)
                }
            }
        }

        @Test(.enabled("needs the Lua module") { NginxFixture.hasLua })
        func changingOverToLuaIsOneStep() async throws {
            try await Backends.run(["a"]) { backends in
                try await NginxFixture.run(mode: .lua) { nginx in
                    var host = nginx.host
                    host.mode = .reload
                    let server = NginxServer(host: host)
                    try await server.replaceAll([try nginx.vhost("a", ["a.example.com"])])
                    try await server.setEndpoints(
                        [.init(scheme: .http, hostPort: nginx.http): [try backends.endpoint("a")]], for: try app("a"))
                    #expect(try Client(port: nginx.http).get("a.example.com")?.body.hasPrefix("a\n") == true)
                    try await nginx.server.replaceAll([try nginx.vhost("a", ["a.example.com"])])
                    #expect(await nginx.server.status().mode == .lua)
                    #expect(try Client(port: nginx.http).get("a.example.com")?.body.hasPrefix("a\n") == true)
                }
            }
        }
    }
}
