import CairnCore
import CairnNginx
import Testing

extension RealNginx {
    @Suite("A thousand vhosts") struct ScaleTests {
        @Test(arguments: [(true, false), (false, false), (false, true)])
        func oneMoreIsInstalled(isShared: Bool, usesReload: Bool) async throws {
            try await NginxFixture.run(mode: usesReload ? .reload : .lua, reloadDeadline: .seconds(60)) { nginx in
                let vhosts = try (0..<1000).map { index in
                    VirtualHost(
                        app: try app("app\(index)"), domains: [try domain("app\(index).example.com")],
                        mappings: [try mapping("http:\(nginx.http):5000")], standsAlone: !isShared)
                }
                let clock = ContinuousClock()
                let all = try await clock.measure { try await nginx.server.replaceAll(vhosts) }
                var times: [Duration] = []
                for name in ["x", "y", "z"] {
                    var vhost = try nginx.vhost(name, ["\(name).example.com"])
                    vhost.standsAlone = !isShared
                    times.append(try await clock.measure { try await nginx.server.install(vhost) })
                    #expect(try Client(port: nginx.http).get("\(name).example.com")?.status == 503)
                }
                let endpoint = try #require(Endpoint("127.0.0.1:1"))
                let switched = try await clock.measure {
                    try await nginx.server.setEndpoints([.init(scheme: .http, hostPort: nginx.http): [endpoint]], for: try app("x"))
                }
                let kind = usesReload ? "without Lua" : isShared ? "with server blocks shared" : "with server blocks of their own"
                print("1,000 vhosts \(kind): all at once \(all), one more \(times), endpoints \(switched)")
                #expect(try Client(port: nginx.http).get("app500.example.com")?.status == 503)
                #expect(try Client(port: nginx.http).get("app1000.example.com") == nil)
            }
        }
    }
}
