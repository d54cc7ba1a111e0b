import CairnCatalog
import CairnCore
import Testing

@testable import CairnDNS

@Suite("The zone, its nodes and addresses")
struct ZoneTests {
    @Test("The domain says who looks after it")
    func apex() throws {
        let fixture = Fixture()
        #expect(
            try fixture.values("consul", .soa) == ["ns.consul. hostmaster.consul. 7 3600 600 86400 0"])
        let servers = try fixture.ask("cairn", .ns)
        #expect(servers.records.map(\.text) == ["host1.node.dc1.cairn."])
        #expect(servers.additional.map(\.text) == ["192.0.2.10"])
        #expect(try fixture.values("cairn") == ["NOERROR"])
        #expect(try fixture.values("ns.cairn") == ["192.0.2.10"])
    }

    @Test("A node has its address and its notes")
    func nodes() throws {
        var fixture = Fixture()
        fixture.nodes.append(Node(name: "Rack.One", id: "2", address: "2001:db8::2"))
        fixture.nodes.append(Node(name: "far", id: "3", address: "far.example.com"))
        #expect(try fixture.values("host1.node.consul") == ["192.0.2.10"])
        #expect(try fixture.values("HOST1.node.dc1.consul") == ["192.0.2.10"])
        #expect(try fixture.values("host1.node.consul", .txt) == ["\"rack=r1\"", "\"spoken for\""])
        #expect(try fixture.values("rack.one.node.cairn", .aaaa) == ["2001:db8::2"])
        #expect(try fixture.ask("far.node.cairn").records.map(\.type) == [.cname])
        #expect(try fixture.values("x.dc2.consul") == ["NXDOMAIN"])
    }

    @Test("An address has the names of its node, of the service, and of the app's copy")
    func reverse() throws {
        var fixture = Fixture()
        fixture.add("web", "10.1.0.1", 80)
        fixture.add("v6", "2001:db8::5", 80)
        try fixture.addCopy(of: "billing", 1, "web", 2, "10.2.0.2", 5000)
        #expect(try fixture.values("10.2.0.192.in-addr.arpa", .ptr) == ["host1.node.dc1.cairn."])
        #expect(try fixture.values("1.0.1.10.in-addr.arpa", .ptr) == ["web.service.dc1.cairn."])
        let six = "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        #expect(try fixture.values(six, .ptr) == ["v6.service.dc1.cairn."])
        #expect(
            try fixture.ask("2.0.2.10.in-addr.arpa", .ptr).records.map(\.text)
                == ["2.web.billing.cairn.", "billing-web.service.dc1.cairn."])
        #expect(try fixture.values("1.0.1.10.in-addr.arpa", .a) == ["NOERROR"])
        #expect(try fixture.values("9.9.9.9.in-addr.arpa", .ptr) == ["SERVFAIL"])
        #expect(try fixture.values("300.9.9.9.in-addr.arpa", .ptr) == ["REFUSED"])
    }

    @Test(
        "Other names, transfers and classes are refused",
        arguments: [
            ("example.com", DNSRecordType.a), ("consul.example.com", .a), ("notconsul", .a), ("consul", .axfr),
            ("web.service.cairn", .ixfr), (".", .ns),
        ])
    func refused(name: String, type: DNSRecordType) throws {
        let answer = try Fixture.threeStates.ask(name, type)
        #expect(answer.code == .refused && !answer.isAuthoritative)
    }

    @Test("Domains of several labels are served, and only those that can be are taken")
    func domains() throws {
        var fixture = Fixture.threeStates
        fixture.settings = try DNSSettings(domains: ["Apps.Internal.", "apps.internal"], datacenter: "DC9")
        #expect(fixture.settings.domains.count == 1)
        #expect(try fixture.values("web.service.dc9.apps.internal") == ["10.1.0.1", "10.1.0.4"])
        #expect(try fixture.values("web.service.cairn") == ["REFUSED"])
    }

    @Test(
        "A domain that cannot be served is refused with a hint",
        arguments: [
            [], [""], ["."], ["a..b"], ["-a"], ["a_b"], ["x.arpa"], ["10.0.0.1"], [String(repeating: "a", count: 64)],
        ])
    func badDomains(domains: [String]) {
        let error = #expect(throws: CairnError.self) { try DNSSettings(domains: domains) }
        #expect(error?.code == .invalidValue && error?.hint != nil)
    }

    @Test("A datacenter is one label that means nothing else", arguments: ["", "a.b", "service", "node", "-"])
    func badDatacenter(name: String) {
        let error = #expect(throws: CairnError.self) { try DNSSettings(domains: ["cairn"], datacenter: name) }
        #expect(error?.code == .invalidValue)
    }
}
