import CairnCatalog
import Testing

@testable import CairnBackends

/// The layouts are those of Registrator, https://gliderlabs.github.io/registrator/latest/user/backends/.
@Suite("Keys and values")
struct KeyValueLayoutTests {
    private func contents(_ set: RecordSet) -> [String: String] { set.records.mapValues(\.content) }

    @Test("An instance is <prefix>/<name>/<id>, with its address and port as the value")
    func plain() {
        let set = KeyValueLayout(prefix: "services").records(
            for: registrations([
                .fixture(), .fixture("six", id: "host1:c6:80", address: "::1", port: 80),
                .fixture("own", id: "host1:own:80", address: "", port: 81),
            ]))
        #expect(
            contents(set) == [
                "services/web/host1:c1:80": "192.0.2.10:8080", "services/six/host1:c6:80": "[::1]:80",
                "services/own/host1:own:80": "192.0.2.10:81",
            ])
    }

    @Test("What is critical is left out, what warns stays")
    func health() {
        for (status, count) in [(HealthStatus.passing, 1), (.warning, 1), (.critical, 0)] {
            let made = registrations([.fixture()], checks: [.fixture(.engine, status: status)])
            #expect(KeyValueLayout(prefix: "p").records(for: made).records.count == count)
        }
        let maintenance = Check.fixture(.maintenance, id: Check.nodeMaintenanceID, serviceID: nil, status: .critical)
        let made = registrations([.fixture()], checks: [maintenance])
        #expect(KeyValueLayout(prefix: "p").records(for: made).records.isEmpty)
    }

    @Test("A name cannot lead out of its place", arguments: ["../x", "a/b", "..", ".", "a\u{0}b\nc"])
    func hostile(_ name: String) throws {
        let set = KeyValueLayout(prefix: "p").records(for: registrations([.fixture(name)]))
        let key = try #require(set.records.keys.first)
        #expect(key.split(separator: "/", omittingEmptySubsequences: false).count == 3)
        #expect(!key.split(separator: "/").contains { $0 == ".." || $0 == "." })
        #expect(key.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test("SkyDNS's records have the domain from its end, and ids that are labels")
    func skyDNS() throws {
        let layout = SkyDNSLayout(domain: "cluster.local")
        let set = try layout.records(
            for: registrations([
                .fixture("redis", id: "redis-1", port: 6379), .fixture("My_App", id: "host1:my.app:80"),
                .fixture("---", id: "host1:none:80"),
            ]))
        let label = DNSLabel.unique("host1:my.app:80")
        #expect(
            contents(set) == [
                "/skydns/local/cluster/redis/redis-1": #"{"host":"192.0.2.10","port":6379}"#,
                "/skydns/local/cluster/my_app/\(label)": #"{"host":"192.0.2.10","port":8080}"#,
            ])
        #expect(set.warnings.count == 1)
    }

    @Test(
        "Different ids never become the same label",
        arguments: [
            ("host1:a.b:80", "host1:a-b:80"), ("A", "a"),
            (String(repeating: "x", count: 64), String(repeating: "x", count: 65)),
            ("ü", "ö"), ("-a", "a-"), ("host1-redis", "host1:redis"),
        ])
    func labels(_ first: String, _ second: String) {
        let labels = [DNSLabel.unique(first), DNSLabel.unique(second)]
        #expect(labels[0] != labels[1])
        #expect(labels.allSatisfy { DNSLabel.isValid($0) })
    }

    @Test("An id that is a label stays as it is; another keeps what can be read of it")
    func label() {
        #expect(DNSLabel.unique("redis-1") == "redis-1")
        #expect(DNSLabel.unique("host1:redis.0:6379").hasPrefix("host1-redis-0-6379-"))
        #expect(DNSLabel.unique(String(repeating: "x", count: 100)).utf8.count == 63)
    }

    @Test("Only entries of the own node count as its own, also where another's name begins the same")
    func owner() {
        let owner = OwnerMark(node: "host1")
        #expect(owner.isOwn(id: "host1:c1:80"))
        #expect(!owner.isOwn(id: "host11:c1:80"))
        #expect(owner.isOwn(lease: owner.lease(7)))
        #expect(owner.lease(.max) > 0)
        #expect(!OwnerMark(node: "host2").isOwn(lease: owner.lease(7)))
        #expect(!owner.isOwn(lease: 0))
        #expect(owner.flags <= UInt64(Int64.max))
    }

    @Test("Services of other nodes, and those without an address, are not written")
    func selection() {
        let services = [
            Service.fixture(), .fixture(id: "other:c1:80", node: "other"),
            .fixture(id: "host1:all:80", address: "0.0.0.0"),
            .fixture(id: "db", origin: .catalog),
        ]
        let (made, warnings) = Registration.all(in: TestCatalog(services).feed.snapshot) { $0.isAnnounced }
        #expect(made.map(\.service.id) == ["host1:c1:80"])
        #expect(warnings.count == 1)
    }
}
