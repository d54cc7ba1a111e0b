import CairnCore
import SystemPackage
import Testing

@testable import CairnNginx

@Suite("Rendering")
struct RenderingTests {
    let host = NginxHost(root: "/var/lib/cairn", listensOnIPv6: true)

    @Test func secureAppHasServerBlocksOfItsOwnAndSharesTheRedirect() throws {
        let settings = try NginxSettings([
            "client-max-body-size": "20m", "proxy-buffer-size": "8k", "x-forwarded-ssl": "on", "hsts-preload": "true",
        ])
        let vhost = VirtualHost(
            app: try app("web"), domains: [try domain("www.example.com"), try domain("example.com")],
            mappings: [try mapping("https:443:5000"), try mapping("http:80:5000"), try mapping("http:80:6000")],
            certificate: Certificate(chainPEM: "c", keyPEM: "k"), settings: settings)
        let rendered = try renderer(.lua).render(vhost, certificate: "/certs/x")
        #expect(rendered.text == ExpectedText.secureServer)
        #expect(rendered.profiles == ["c188a982a322ea77": ExpectedText.redirectBody])
        #expect(
            rendered.site.lines == [
                "app web - example.com www.example.com",
                "use http:80 plain c188a982a322ea77 80 [::]:80",
                "use https:443 tls - 443 [::]:443",
            ])
    }

    @Test func appsOfEqualSettingsShareAServerBlock() throws {
        var generation = Generation(number: 7, mode: .lua)
        for name in ["a", "b"] {
            let vhost = VirtualHost(
                app: try app(name), domains: [try domain("\(name).example.com")],
                mappings: [try mapping("http:80:5000")])
            let rendered = try renderer(.lua).render(vhost)
            #expect(rendered.text == nil)
            #expect(rendered.profiles.count == 1)
            generation.sites[vhost.app] = rendered.site
        }
        let text = generation.text(try content(generation))
        let profile = try #require(generation.sites[try app("a")]?.uses.first?.profile)
        #expect(
            text.hasPrefix(
                """
                #: generation 7 lua
                #: app a - a.example.com
                #: use http:80 plain \(profile) 80 [::]:80
                #: app b - b.example.com
                #: use http:80 plain \(profile) 80 [::]:80

                # Written by Cairn;
                """))
        let start = try #require(text.firstRange(of: "# Whoever asks")).lowerBound
        let route = try #require(text[start...].firstRange(of: "cairn_route_")).upperBound
        #expect(
            text[start...] == ExpectedText.sharedServer(profile: profile, route: String(text[route...].prefix(16)))[...]
        )
        #expect(Generation(parsing: text) == generation)
    }

    @Test func withoutLuaEachMappingHasAnUpstream() throws {
        let vhost = VirtualHost(
            app: try app("a"), domains: [try domain("a.com")],
            mappings: [try mapping("http:80:1"), try mapping("grpc:50051:2")])
        let rendered = try renderer(.reload).render(vhost)
        #expect(rendered.site.uses.allSatisfy { $0.profile == nil })
        #expect(rendered.text?.contains("        proxy_pass http://cairn-a-http-80;\n") == true)
        #expect(rendered.text?.contains("        grpc_pass grpc://cairn-a-grpc-50051;\n") == true)
        var generation = Generation(number: 1, mode: .reload)
        generation.sites[vhost.app] = rendered.site
        let endpoint = try #require(Endpoint("10.0.0.2:5000"))
        let text = try content(generation, EndpointTable([vhost.app: [vhost.mappings[0].key: [endpoint]]]))
        #expect(
            text.contains(
                """
                map $cairn_key $cairn_running {
                    default "";
                    "a|http:80" 1;
                }
                upstream cairn-a-grpc-50051 {
                    server 127.0.0.1:1 down;
                }
                upstream cairn-a-http-80 {
                    server 10.0.0.2:5000;
                    keepalive 16;
                    keepalive_timeout 4s;
                }

                """))
        #expect(!text.contains("lua"))
    }

    @Test func newerNginxIsToldOfHTTP2ByADirective() throws {
        let vhost = VirtualHost(
            app: try app("a"), domains: [try domain("a.com")], mappings: [try mapping("https:443:1")],
            certificate: Certificate(chainPEM: "c", keyPEM: "k"))
        let text = try renderer(.lua, NginxVersion(1, 26, 3)).render(vhost, certificate: "/c").text
        #expect(text?.contains("    listen 443 ssl;\n    listen [::]:443 ssl;\n    http2 on;\n") == true)
        #expect(NginxVersion(parsing: "nginx version: nginx/1.25.1 (x)\nbuilt").hasHTTP2Directive)
        #expect(!NginxVersion(parsing: "nginx version: nginx/1.25.0").hasHTTP2Directive)
        #expect(!NginxVersion(parsing: "").hasHTTP2Directive)
    }

    @Test func mappingsThatCannotBeServedAreLeftOut() throws {
        let mappings = [try mapping("http:80:1"), try mapping("https:443:1"), try mapping("http:9000:1")]
        var vhost = VirtualHost(app: try app("a"), domains: [], mappings: mappings)
        #expect(
            mappings.map { vhost.omission(of: $0, sharedPorts: host.sharedPorts) } == [.noDomain, .noCertificate, nil])
        let alone = try renderer(.lua).render(vhost)
        #expect(alone.site.uses.map(\.key) == [mappings[2].key])
        #expect(alone.text?.contains("    listen 9000 default_server;\n") == true)
        #expect(alone.text?.contains("server_name") == false)
        vhost.domains = [try domain("a.com")]
        #expect(mappings.map { vhost.omission(of: $0, sharedPorts: host.sharedPorts) } == [nil, .noCertificate, nil])
    }

    @Test func settingsReachTheirDirectives() throws {
        let settings = try NginxSettings([
            "access-log-path": "off", "error-log-path": "/var/log/nginx/a.log", "bind-address-ipv4": "10.0.0.1",
            "bind-address-ipv6": "2001:db8::1", "proxy-keepalive": "0", "proxy-buffering": "off",
            "proxy-read-timeout": "5m",
            "x-forwarded-proto-value": "$http_x_forwarded_proto", "underscore-in-headers": "on",
        ])
        let vhost = VirtualHost(
            app: try app("a"), domains: [try domain("a.com")], mappings: [try mapping("http:80:1")], settings: settings,
            standsAlone: true)
        let text = try #require(try renderer(.lua).render(vhost).text)
        for line in [
            "listen 10.0.0.1:80;", "listen [2001:db8::1]:80;", "access_log off;", "error_log /var/log/nginx/a.log;",
            "underscores_in_headers on;", "proxy_pass http://cairn_once;", "proxy_read_timeout 5m;",
            "proxy_buffering off;",
            "proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;",
        ] {
            #expect(text.contains(" \(line)\n"), "\(line)")
        }
    }

    private func renderer(_ mode: NginxHost.Mode, _ version: NginxVersion = NginxVersion(1, 22, 1)) throws
        -> SiteRenderer
    {
        SiteRenderer(host: host, version: version, mode: mode, templates: try Templates())
    }

    private func content(_ generation: Generation, _ endpoints: EndpointTable = EndpointTable()) throws -> String {
        GenerationRenderer(
            host: host, version: NginxVersion(1, 22, 1), templates: try Templates(), luaDirectory: "/lua",
            hashSizes: ["map_hash_max_size 65536"]
        ).render(generation, endpoints: endpoints)
    }
}
