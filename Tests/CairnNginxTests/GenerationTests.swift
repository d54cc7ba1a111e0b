import CairnCore
import SystemPackage
import Testing

@testable import CairnNginx

@Suite("Generations")
struct GenerationTests {
    let text = """
        #: generation 7 lua
        #: app a - a.example.com
        #: use http:80 plain 0123456789abcdef 80 [::]:80
        #: app b 5 *.b.example.com b.example.com
        #: use http:80 plain 0123456789abcdef 80 [::]:80
        #: use https:443 tls - 443 [::]:443
        map "" $cairn_generation {
            default 7;
        }
        #: end

        """

    @Test func fileTellsWhatItWasMadeOf() throws {
        let generation = try #require(Generation(parsing: text))
        #expect(generation.number == 7 && generation.mode == .lua)
        let site = try #require(generation.sites[try app("b")])
        #expect(site.version == 5)
        #expect(site.domains.map(\.rawValue) == ["*.b.example.com", "b.example.com"])
        #expect(site.uses.map(\.key.description) == ["http:80", "https:443"])
        #expect(site.uses[1].transport == .tls && site.uses[1].profile == nil)
        #expect(generation.text(generation.description) == text)
    }

    @Test func damagedFileIsNotTakenForAWholeOne() {
        let lines = text.split(separator: "\n").map(String.init)
        #expect(Generation(parsing: "") == nil)
        #expect(Generation(parsing: lines.dropLast().joined(separator: "\n") + "\n") == nil)
        #expect(Generation(parsing: lines.dropFirst().joined(separator: "\n") + "\n") == nil)
        #expect(Generation(parsing: text.split(separator: "443 [::]:443").joined() + "#: what\n#: end\n") == nil)
    }

    @Test func namesAndSocketsBelongToOneApp() throws {
        let host = NginxHost(root: "/r", listensOnIPv6: false)
        var table = SocketTable(host: host)
        try table.admit(site("a", ["a.com", "*.a.com"], [("http:80", .plain, "80")]))
        try table.admit(site("b", ["b.com"], [("http:80", .plain, "80"), ("https:443", .tls, "443")]))
        try table.admit(site("alone", [], [("http:9000", .plain, "9000")]))
        try refuses(&table, site("c", ["a.com"], [("http:80", .plain, "80")]), .domainTaken)
        try refuses(&table, site("c", ["c.com"], [("https:80", .tls, "80")]), .invalidValue)
        try refuses(&table, site("c", ["c.com"], [("grpc:443", .http2, "443")]), .invalidValue)
        try refuses(&table, site("c", ["c.com"], [("http:9000", .plain, "9000")]), .invalidValue)
        try refuses(&table, site("c", [], [("http:9000", .plain, "9000")]), .invalidValue)
        // The same name on another port is another server.
        try table.admit(site("c", ["a.com"], [("http:8080", .plain, "8080")]))
    }

    private func refuses(_ table: inout SocketTable, _ site: Site, _ code: CairnError.Code) throws {
        var copy = table
        let error = #expect(throws: CairnError.self) { try copy.admit(site) }
        #expect(error?.code == code)
    }

    private func site(_ name: String, _ domains: [String], _ uses: [(String, Transport, String)]) throws -> Site {
        var site = Site(app: try app(name), domains: try domains.map(domain))
        for (key, transport, socket) in uses {
            site.uses.append(
                Site.Use(
                    key: try #require(MappingKey(key)), transport: transport,
                    sockets: [ListenSocket(parsing: socket[...])], profile: nil))
        }
        return site
    }
}
