import CairnCatalog
import CairnCore
import Testing

@testable import CairnDNS

@Suite("Names of services")
struct ServiceNameTests {
    // Consul's documentation of static lookups:
    // https://developer.hashicorp.com/consul/docs/services/discovery/dns-static-lookups
    @Test("A service's addresses are those of its instances that are not critical, not to be remembered")
    func healthy() throws {
        var fixture = Fixture.threeStates
        let answer = try fixture.ask("web.service.consul")
        #expect(Set(answer.records.map(\.text)) == ["10.1.0.1", "10.1.0.4"])
        #expect(answer.isAuthoritative && answer.records.allSatisfy { $0.ttl == 0 })
        fixture.settings.onlyPassing = true
        #expect(try fixture.values("web.service.consul") == ["10.1.0.1"])
    }

    @Test(
        "A service has several names, whatever the case of letters",
        arguments: [
            "web.service.consul", "web.service.dc1.consul", "web.service.dc1.dc.consul", "WEB.Service.CONSUL",
            "web.service.cairn", "_web._tcp.service.consul", "_web._tcp.consul", "_web._tcp.service.dc1.consul",
            "_web._tcp.dc1.consul",
        ])
    func forms(name: String) throws {
        #expect(try Fixture.threeStates.values(name) == ["10.1.0.1", "10.1.0.4"])
    }

    @Test(
        "What is no name of a service does not exist",
        arguments: [
            "nope.service.consul", "web.service.dc2.consul", "web.connect.consul", "web.query.consul",
            "web.ingress.consul", "web.virtual.consul", "nope.web.service.consul", "_web._udp.service.consul",
            "_nope._tcp.consul", "nope.consul", "zz.addr.dc1.consul", "nope.node.consul", "web.service.dc1.dc2.consul",
        ])
    func unknown(name: String) throws {
        let answer = try Fixture.threeStates.ask(name)
        #expect(answer.code == .nameError && answer.records.isEmpty)
        #expect(answer.authority.map(\.type) == [.soa] && answer.authority[0].name == DNSName("consul"))
    }

    @Test("A tag before the name selects, also one with dots and of other case")
    func tags() throws {
        let fixture = Fixture.threeStates
        #expect(try fixture.values("PRIMARY.web.service.consul") == ["10.1.0.1"])
        #expect(try fixture.values("v1.2.web.service.consul") == ["10.1.0.1"])
    }

    // RFC 2782 names a protocol; Consul's clients write a tag there, and `tcp` selects nothing.
    @Test("An underscored protocol is a tag")
    func protocols() throws {
        var fixture = Fixture()
        fixture.add("dns", "10.1.0.2", 53)
        fixture.add("dns", "10.1.0.2", 5353, tags: ["udp"])
        #expect(try fixture.ask("_dns._udp.service.consul", .srv).records.count == 1)
        #expect(try fixture.values("_dns._udp.consul", .srv)[0].hasPrefix("1 1 5353 "))
        #expect(try fixture.ask("_dns._tcp.consul", .srv).records.count == 2)
    }

    @Test("The longest service that is known is meant, before a label is read as a tag")
    func dots() throws {
        var fixture = Fixture()
        fixture.add("api", "10.1.0.1", 80, tags: ["billing", "v2.billing"])
        #expect(try fixture.values("billing.api.service.consul") == ["10.1.0.1"])
        fixture.add("billing.api", "10.1.0.2", 80, tags: ["v2"])
        #expect(try fixture.values("billing.api.service.consul") == ["10.1.0.2"])
        #expect(try fixture.values("v2.billing.api.service.consul") == ["10.1.0.2"])
        #expect(try fixture.values("_billing.api._tcp.service.consul") == ["10.1.0.2"])
    }

    @Test("A service of which nothing is healthy exists, unless the settings say as Consul does that it does not")
    func nothingHealthy() throws {
        var fixture = Fixture()
        fixture.add("dead", "10.1.0.1", 80, status: .critical)
        #expect(try fixture.ask("dead.service.consul").code == .noError)
        #expect(try fixture.ask("dead.service.consul").authority.map(\.type) == [.soa])
        fixture.settings.isStrict = true
        #expect(try fixture.ask("dead.service.consul").code == .nameError)
    }

    @Test("A critical node hides what is on it")
    func criticalNode() throws {
        var fixture = Fixture.threeStates
        fixture.checks.append(
            Check(
                node: "host1", id: Check.nodeMaintenanceID, serviceID: nil, name: "maintenance",
                definition: .init(probe: .maintenance)))
        #expect(try fixture.values("web.service.consul") == ["NOERROR"])
    }

    @Test("A type that a service does not have is no data", arguments: [DNSRecordType.aaaa, .mx, .txt, .soa, .ptr])
    func noData(type: DNSRecordType) throws {
        let answer = try Fixture.threeStates.ask("web.service.consul", type)
        #expect(answer.code == .noError && answer.records.isEmpty && answer.authority.map(\.type) == [.soa])
    }

    @Test("Words in the middle of names exist and have nothing", arguments: ["service", "node", "dc1", "addr.dc1"])
    func middle(name: String) throws {
        #expect(try Fixture.threeStates.values("\(name).consul") == ["NOERROR"])
    }

    @Test("Equal addresses are said once, in an order that changes")
    func order() throws {
        var fixture = Fixture()
        for port in 1...4 { fixture.add("web", "10.1.0.1", port) }
        #expect(try fixture.values("web.service.cairn") == ["10.1.0.1"])
        for last in 2...9 { fixture.add("web", "10.1.0.\(last)", 80) }
        var orders: Set<[String]> = []
        var random = ShuffleGenerator(seed: 5)
        let name = try #require(DNSName("web.service.cairn"))
        for _ in 1...20 {
            let found = DNSAnswering(settings: .standard)
                .finding(DNSQuestion(name: name, type: .a), viewer: .host, view: fixture.view, &random)
            guard case .answer(let answer) = found else { continue }
            orders.insert(answer.records.map(\.text))
        }
        #expect(orders.count > 10)
        #expect(Set(orders.map { $0.sorted() }).count == 1)
    }

    @Test("ANY is answered with one kind of record (RFC 8482)")
    func any() throws {
        var fixture = Fixture()
        fixture.add("web", "10.1.0.1", 80, tagged: ["lan_ipv6": "2001:db8::1"])
        #expect(try fixture.values("web.service.cairn", .any) == ["10.1.0.1"])
        #expect(try fixture.values("web.service.cairn", .aaaa) == ["2001:db8::1"])
    }

    @Test("How long to remember is set by the name, the beginning of names, or for all")
    func timeToLive() throws {
        var fixture = Fixture()
        for name in ["web", "web-admin", "db"] { fixture.add(name, "10.1.0.1", 80) }
        fixture.settings.serviceTTL = ["web": 5, "web*": 7, "*": 9]
        func ttl(_ name: String) throws -> UInt32? { try fixture.ask("\(name).service.cairn").records.first?.ttl }
        #expect(try ttl("web") == 5)
        #expect(try ttl("WEB-admin") == 7)
        #expect(try ttl("db") == 9)
        fixture.settings.nodeTTL = 3
        #expect(try fixture.ask("host1.node.cairn").records.map(\.ttl) == [3])
    }

    @Test("The leader is whoever holds the lock; without one, what is tagged so")
    func leader() throws {
        var fixture = Fixture()
        fixture.add("db", "10.1.0.1", 5432, id: "db-1", tags: ["leader"])
        fixture.add("db", "10.1.0.2", 5432, id: "db-2")
        #expect(try fixture.values("leader.db.service.cairn") == ["10.1.0.1"])
        fixture.leaders = ["db": .init(node: "host1", id: "db-2")]
        #expect(try fixture.values("leader.db.service.cairn") == ["10.1.0.2"])
        fixture.checks[1].status = .critical
        #expect(try fixture.values("leader.db.service.cairn") == ["NOERROR"])
    }

    @Test("The address of another host's name is an alias, and never beside addresses")
    func alias() throws {
        var fixture = Fixture()
        fixture.add("db", "db.example.com", 5432)
        #expect(try fixture.values("db.service.cairn") == ["db.example.com."])
        #expect(try fixture.ask("db.service.cairn").records.map(\.type) == [.cname])
        #expect(try fixture.values("db.service.cairn", .srv) == ["1 1 5432 db.example.com."])
        fixture.add("db", "db2.example.com", 5432)
        #expect(try fixture.ask("db.service.cairn").records.count == 1)
        fixture.add("db", "10.1.0.1", 5432)
        #expect(try fixture.values("db.service.cairn") == ["10.1.0.1"])
    }
}
