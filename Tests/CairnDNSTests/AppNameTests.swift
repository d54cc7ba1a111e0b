import CairnCatalog
import CairnCore
import Testing

@testable import CairnDNS

@Suite("Names of apps, and who finds them")
struct AppNameTests {
    private func apps() throws -> Fixture {
        var fixture = Fixture()
        try fixture.addCopy(of: "billing", 1, "web", 1, "10.210.0.2", 5000)
        try fixture.addCopy(of: "billing", 1, "web", 2, "10.210.0.3", 5000)
        try fixture.addCopy(of: "billing", 1, "worker", 1, "10.210.0.4", 9000)
        try fixture.addCopy(of: "shop.example", 2, "web", 1, "10.210.1.2", 5000)
        try fixture.addCopy(of: "queue", 3, "worker", 1, "10.210.2.2", 6000)
        return fixture
    }

    @Test("An app's name is its web process; a process, and one copy of it, come before")
    func names() throws {
        let fixture = try apps()
        #expect(try fixture.values("billing.cairn") == ["10.210.0.2", "10.210.0.3"])
        #expect(try fixture.values("web.billing.cairn") == ["10.210.0.2", "10.210.0.3"])
        #expect(try fixture.values("WORKER.billing.consul") == ["10.210.0.4"])
        #expect(try fixture.values("2.web.billing.cairn") == ["10.210.0.3"])
        #expect(try fixture.values("02.web.billing.cairn") == ["NXDOMAIN"])
        #expect(try fixture.values("3.web.billing.cairn") == ["NXDOMAIN"])
        #expect(try fixture.values("other.billing.cairn") == ["NXDOMAIN"])
        #expect(try fixture.values("web.billing.cairn", .srv)[0] == "1 1 5000 0ad20002.addr.dc1.cairn.")
        #expect(try fixture.values("billing-web.service.cairn") == ["10.210.0.2", "10.210.0.3"])
    }

    @Test("Names of apps may hold dots")
    func dots() throws {
        let fixture = try apps()
        for name in ["shop.example", "web.shop.example", "1.web.shop.example"] {
            #expect(try fixture.values("\(name).cairn") == ["10.210.1.2"])
        }
        #expect(try fixture.values("example.cairn") == ["NXDOMAIN"])
    }

    @Test("An app without a web process exists, for there are names under it")
    func noWeb() throws {
        #expect(try apps().values("queue.cairn") == ["NOERROR"])
        #expect(try apps().values("worker.queue.cairn") == ["10.210.2.2"])
    }

    @Test("A process may have a name that means something else elsewhere")
    func keywords() throws {
        var fixture = try apps()
        try fixture.addCopy(of: "billing", 1, "node", 1, "10.210.0.9", 80)
        #expect(try fixture.values("node.billing.cairn") == ["10.210.0.9"])
    }

    @Test("An app finds itself, what it is linked to and what is open, and of others not even the names")
    func policy() throws {
        var fixture = try apps()
        fixture.add("redis", "10.9.0.1", 6379)
        let billing = DNSViewer.app(id: 1)
        func seen(_ name: String) throws -> [String] { try fixture.values(name, as: billing) }
        #expect(try seen("billing.cairn").count == 2)
        #expect(try seen("web.shop.example.cairn") == ["NXDOMAIN"])
        #expect(try seen("shop.example-web.service.cairn") == ["NXDOMAIN"])
        #expect(try seen("queue.cairn") == ["NXDOMAIN"])
        #expect(try seen("2.1.210.10.in-addr.arpa") == ["SERVFAIL"])
        #expect(try seen("redis.service.cairn") == ["10.9.0.1"])
        fixture.reach.links = [1: [2]]
        fixture.reach.open = [3]
        #expect(try seen("web.shop.example.cairn") == ["10.210.1.2"])
        #expect(try seen("worker.queue.cairn") == ["10.210.2.2"])
        // A link goes one way.
        #expect(try fixture.values("billing.cairn", as: .app(id: 2)) == ["NXDOMAIN"])
        #expect(try fixture.values("billing.cairn", as: .host).count == 2)
        #expect(try fixture.values("billing.cairn", as: .network).count == 2)
    }

    @Test("A client is known by its container, by its app's block, and as the host by loopback or the server's address")
    func viewers() throws {
        var fixture = try apps()
        fixture.reach.subnets = [.init(block: try IPv4Subnet(parsing: "10.210.0.0/26"), appID: 1)]
        fixture.clients = [IPv4Address(bits: 0xac11_0005): 2]
        func viewer(_ source: String, at local: String? = nil) throws -> DNSViewer {
            DNSViewer(
                source: try #require(IPAddress(source)), local: local.flatMap { IPAddress($0) }, view: fixture.view)
        }
        #expect(try viewer("172.17.0.5") == .app(id: 2))
        #expect(try viewer("10.210.0.7") == .app(id: 1))
        #expect(try viewer("::ffff:10.210.0.7") == .app(id: 1))
        #expect(try viewer("127.0.0.53") == .host)
        #expect(try viewer("::1") == .host)
        #expect(try viewer("10.210.0.1", at: "10.210.0.1") == .host)
        #expect(try viewer("192.0.2.9") == .network)
        #expect(try viewer("2001:db8::9") == .network)
    }

    @Test("What listens on loopback is found from the host alone, and addresses that are none by nobody")
    func loopback() throws {
        var fixture = Fixture()
        fixture.nodes[0].address = "127.0.0.1"
        fixture.add("local", "127.0.0.1", 80)
        fixture.add("everywhere", "0.0.0.0", 80)
        fixture.add("noaddr", "", 80)
        #expect(try fixture.values("local.service.cairn") == ["127.0.0.1"])
        for viewer in [DNSViewer.app(id: 1), .network] {
            #expect(try fixture.values("local.service.cairn", as: viewer) == ["NOERROR"])
            #expect(try fixture.values("local.service.cairn", .srv, as: viewer) == ["NOERROR"])
            #expect(try fixture.values("noaddr.service.cairn", as: viewer) == ["NOERROR"])
            #expect(try fixture.values("noaddr.service.cairn", .srv, as: viewer) == ["NOERROR"])
        }
        #expect(try fixture.values("everywhere.service.cairn") == ["NOERROR"])
    }

    @Test("A person may leave the domain out")
    func people() throws {
        let fixture = try apps()
        let resolver = Resolver(settings: fixture.settings, view: fixture.view)
        #expect(try resolver.resolve("billing").answer.records.count == 2)
        #expect(try resolver.resolve("billing-web", type: .srv).answer.records.count == 2)
        #expect(try resolver.resolve("billing-web").name == DNSName("billing-web.service.cairn"))
        #expect(try resolver.resolve("web.billing.consul").answer.records.count == 2)
        let nothing = try resolver.resolve("nope")
        #expect(nothing.answer.code == .nameError && nothing.answer.reason != nil)
        #expect(try resolver.resolve("example.com.").answer.code == .refused)
        let error = #expect(throws: CairnError.self) { try resolver.resolve("a..b") }
        #expect(error?.code == .invalidName)
    }
}
