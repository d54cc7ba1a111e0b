import CairnCore
import CairnNginx
import Testing

extension RealNginx {
    @Suite("Many vhosts") struct ScaleTests {
        // A thousand are measured by the benchmarks, in a release build.
        @Test(arguments: [(300, true, NginxHost.Mode.lua), (160, false, .lua), (160, false, .reload)])
        func oneMoreIsInstalled(count: Int, isShared: Bool, mode: NginxHost.Mode) async throws {
            try await NginxFixture.run(mode: mode, reloadDeadline: .seconds(60)) { nginx in
                let vhosts = try (0..<count).map { index in
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
                    try await nginx.server.setEndpoints(
                        [.init(scheme: .http, hostPort: nginx.http): [endpoint]], for: try app("x"))
                }
                let kind =
                    mode == .reload
                    ? "without Lua" : isShared ? "with server blocks shared" : "with server blocks of their own"
                print("\(count) vhosts \(kind): all at once \(all), one more \(times), endpoints \(switched)")
                #expect(try Client(port: nginx.http).get("app150.example.com")?.status == 503)
                #expect(try Client(port: nginx.http).get("app1000.example.com") == nil)
            }
        }
    }
}
