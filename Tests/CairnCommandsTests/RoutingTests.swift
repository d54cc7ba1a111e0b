import CairnCore
import CairnStore
import Testing

@testable import CairnCommands

@Suite("domains:* and ports:*, on a host whose nginx does not run")
struct RoutingTests {
    let host: TestHost
    init() async throws {
        host = try TestHost()
        try await host.setUpWithNginx()
        try host.app("web")
    }

    private var domains: [String] {
        get throws { try host.store.domains(of: host.store.app(AppName(validating: "web"))).map(\.rawValue) }
    }

    @Test func addRemoveAndSet() async throws {
        #expect(await host.run("domains:add", "web", "Example.com", "*.a.example.com") == 0)
        #expect(host.lines == ["-----> Added example.com to web", "-----> Added *.a.example.com to web"])
        #expect(await host.run("domains:add", "web", "example.com") == 0)
        #expect(host.lines == ["-----> Skipping: example.com already added to web"])
        #expect(await host.run("domains:remove", "web", "example.com", "absent.com") == 0)
        #expect(
            host.lines == [
                "-----> Removed example.com from web", "-----> Skipping: absent.com is no domain of web",
            ])
        #expect(await host.run("domains:set", "web", "b.com", "a.com") == 0)
        #expect(try domains == ["a.com", "b.com"])
    }

    @Test func oneBadDomainSpoilsAll() async throws {
        for bad in ["bad_name.com", "a b", "a;b", "-x.com", "127.0.0.1", "", "a..b", "ä.com", "$(id).com"] {
            #expect(await host.run("domains:add", "web", "good.com", "--", bad) == 1, "\(bad)")
        }
        #expect(await host.run("domains:add", "web") == 2)
        #expect(try domains.isEmpty)
    }

    @Test func aDomainBelongsToOneApp() async throws {
        try host.app("other")
        await host.run("domains:add", "other", "taken.com")
        #expect(await host.run("domains:add", "web", "free.com", "taken.com") == 1)
        #expect(host.errors.contains("[E-DOMAIN-TAKEN]"))
        #expect(try domains.isEmpty)
    }

    @Test func disablingKeepsTheNames() async throws {
        await host.run("domains:add", "web", "a.com")
        #expect(await host.run("domains:disable", "web") == 0)
        #expect(try domains.isEmpty)
        #expect(await host.run("domains:disable", "web") == 0)
        #expect(host.lines == ["-----> Domains (VHOST) support is already disabled for app (web)"])
        #expect(await host.run("domains:add", "web", "b.com") == 0)
        #expect(try domains == ["a.com", "b.com"])
        #expect(await host.run("domains:enable", "web") == 0)
        #expect(host.lines == ["-----> Domains (VHOST) support is already enabled for app (web)"])
    }

    @Test func globalDomains() async throws {
        #expect(await host.run("domains:set-global", "one.test", "two.test") == 0)
        #expect(await host.run("domains:add-global", "two.test", "three.test") == 0)
        #expect(host.lines == ["-----> Skipping: two.test already added", "-----> Added three.test"])
        #expect(await host.run("domains:remove-global", "one.test") == 0)
        #expect(await host.run("domains:reset", "web") == 0)
        #expect(try domains == ["web.three.test", "web.two.test"])
        #expect(await host.run("domains:report", "--global", "--format", "json") == 0)
        #expect(try host.json == ["global-enabled": "true", "global-vhosts": "three.test two.test"])
        #expect(await host.run("domains:clear-global") == 0)
    }

    @Test func reportSaysWhatIsThere() async throws {
        await host.run("domains:add", "web", "a.com")
        #expect(await host.run("domains:report", "web") == 0)
        #expect(
            host.lines == [
                "=====> web domains information",
                "       Domains app enabled:           true",
                "       Domains app vhosts:            a.com",
                "       Domains global enabled:        false",
                "       Domains global vhosts:         ",
            ])
    }

    @Test func ports() async throws {
        #expect(await host.run("ports:set", "web", "http:80:5000", "https:443:5000") == 0)
        #expect(await host.run("ports:add", "web", "http:80:6000") == 1)
        #expect(
            host.errorLines.first
                == " !     Error validating port mappings: The same scheme:host-port is being reused: http:80 [E-INVALID-VALUE]"
        )
        #expect(await host.run("ports:list", "web") == 0)
        #expect(
            host.lines == [
                "-----> Port mappings for web", "    scheme  host port  container port",
                "    http    80         5000", "    https   443        5000",
            ])
        #expect(await host.run("--quiet", "ports:list", "web") == 0)
        #expect(host.lines.count == 2)
        #expect(await host.run("ports:list", "web", "--format", "json") == 0)
        #expect(
            try host.json == [
                ["scheme": "http", "host_port": 80, "container_port": 5000],
                ["scheme": "https", "host_port": 443, "container_port": 5000],
            ])
        #expect(await host.run("ports:remove", "web", "http:80") == 0)
        #expect(await host.run("ports:remove", "web", "443") == 0)
        #expect(await host.run("ports:list", "web") == 1)
        #expect(host.errorLines.first == " !     No port mappings configured for app [E-NOT-FOUND]")
    }

    @Test(
        "Bad mappings",
        arguments: ["80", "http:80", "http:0:1", "http:1:65536", "tcp:1:2", "http:1:2:3", "http:+1:2", "http:80:5000;"])
    func badMapping(text: String) async throws {
        #expect(await host.run("ports:add", "web", text) == 1)
        #expect(await host.run("ports:add", "web") == 2)
    }
}
