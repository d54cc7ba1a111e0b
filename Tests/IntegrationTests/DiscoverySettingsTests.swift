import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Settings of discovery")
    struct DiscoverySettingsTests {
        @Test("What cannot be is refused with a reason; what can be takes effect in the daemon at once")
        func settings() async throws {
            try await TestHost.run { host in
                for (key, value) in Self.refused {
                    let outcome = try await host.cairn("discovery:set", "--global", key, value)
                    #expect(outcome.status != 0, "\(key) \(value)")
                    #expect(outcome.error.contains("E-"), "\(outcome)")
                    #expect(outcome.output.isEmpty, "\(outcome)")
                    let lines = outcome.error.split(separator: "\n")
                    #expect((1...2).contains(lines.count), "\(outcome)")
                }
                try await host.cairn("apps:create", "web").check()
                for (key, value) in [("open", "perhaps"), ("resolver", "5"), ("domain", "apps"), ("nothing", "1")] {
                    #expect(try await host.cairn("discovery:set", "web", key, value).status != 0, "\(key)")
                }
                #expect(try await host.cairn("discovery:set", "--global", "open", "true").status != 0)
                let report = try await host.cairnJSON("discovery:report", "--global")
                #expect(report.members.values.allSatisfy { if case .string = $0 { true } else { false } }, "\(report)")
                #expect(
                    report["discovery-computed-domain"] == "cairn" || report["computed-domain"] == "cairn", "\(report)")
                let listens = report.members.filter { $0.key.hasSuffix("computed-http-listen") }
                #expect(listens.map(\.value.string) == ["127.0.0.1:\(host.httpPort)"], "\(report)")
                #expect(try await host.cairnJSON("discovery:report", "web").members.count > 3)
                #expect(try await host.cairnJSON("services:report")["daemon"] == false)

                try await host.withDiscovery { _ in try await takeEffect(host) }
                #expect(try await host.cairnJSON("services:report")["daemon"] == false)
            }
        }

        private static let refused = [
            ("domain", "not a domain"), ("domain", "x_y"), ("domain", "10.in-addr.arpa"), ("node-name", "a.b"),
            ("node-name", "a b"), ("ip", "300.1.1.1"), ("ip", "host"), ("dns-listen", "here"),
            ("dns-listen", "127.0.0.1:99999"), ("dns-ttl", "86401"), ("dns-ttl", "1s"), ("dns-only-passing", "perhaps"),
            ("dns-strict", "2"), ("recursors", "dns.example.com"), ("http-listen", "127.0.0.1"),
            ("http-listen", "[::1]"),
            ("http-token", "short"),
            ("backends", "nowhere"), ("backends", "ftp://127.0.0.1"), ("register", "everything"), ("tags", "{{"),
            ("strict", "very"), ("always-suffix", "x"), ("ttl", "1"), ("resolver-address", "bridge"), ("unknown", "1"),
        ]

        private func takeEffect(_ host: TestHost) async throws {
            #expect(try await host.dig("cairn", "SOA").values.count == 1)
            try await host.cairn("discovery:set", "--global", "domain", "apps.internal").check()
            let isServed = try await eventually { try await host.dig("apps.internal", "SOA").values.count == 1 }
            #expect(isServed)
            let hasEnded = try await eventually { try await host.dig("cairn", "SOA").status == "REFUSED" }
            #expect(hasEnded)
            #expect(try await host.dig("consul", "SOA").values.count == 1)
            try await host.cairn("discovery:set", "--global", "node-name", "here").check()
            try await host.cairn("discovery:set", "--global", "ip", "198.51.100.5").check()
            let isNamed = try await eventually {
                try await host.dig("here.node.apps.internal").values == ["198.51.100.5"]
            }
            #expect(isNamed)
            try await host.cairn("discovery:set", "--global", "dns-ttl", "30").check()
            let isKept = try await eventually { try await host.dig("here.node.consul").timesToLive == ["30"] }
            #expect(isKept)
            // Each change begins the servers anew.
            let areWell = try await eventually {
                let servers = try await host.cairnJSON("services:report")["servers"].items
                return servers.filter { $0["well"] == true }.map { $0["kind"].string }.sorted() == ["dns", "http"]
            }
            #expect(areWell)
            let report = try await host.cairnJSON("services:report")
            #expect(report["daemon"] == true && report["node"] == "here", "\(report)")
        }
    }
}
