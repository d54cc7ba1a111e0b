import CairnCatalog
import Testing

@testable import CairnDNS

@Suite("SRV records (RFC 2782)")
struct LocationTests {
    @Test("Each instance has its port, its weight, and a target in the domain that was asked, with its address")
    func locations() throws {
        let answer = try Fixture.threeStates.ask("web.service.cairn", .srv)
        #expect(
            Set(answer.records.map(\.text)) == [
                "1 1 8001 0a010001.addr.dc1.cairn.", "1 3 8004 0a010004.addr.dc1.cairn.",
            ])
        let additional = answer.additional.map(\.description)
        #expect(
            Set(additional) == [
                "0a010001.addr.dc1.cairn. 0 IN A 10.1.0.1", "0a010004.addr.dc1.cairn. 0 IN A 10.1.0.4",
                "host1.node.dc1.cairn. 0 IN TXT \"rack=r1\"", "host1.node.dc1.cairn. 0 IN TXT \"spoken for\"",
            ])
        // Texts come last: they are left out first.
        #expect(answer.additional.map(\.type).prefix(2) == [.a, .a])
        #expect(try Fixture.threeStates.values("_web._tcp.consul", .srv)[0].hasSuffix(".addr.dc1.consul."))
    }

    @Test("What has no port has an address and no SRV record")
    func noPort() throws {
        var fixture = Fixture()
        fixture.add("batch", "10.1.0.9", 0)
        #expect(try fixture.values("batch.service.cairn") == ["10.1.0.9"])
        #expect(try fixture.values("batch.service.cairn", .srv) == ["NOERROR"])
    }

    @Test("An instance without an address of its own is at its node's")
    func nodeAddress() throws {
        var fixture = Fixture()
        fixture.add("noaddr", "", 9000)
        #expect(try fixture.values("noaddr.service.consul") == ["192.0.2.10"])
        let answer = try fixture.ask("noaddr.service.consul", .srv)
        #expect(answer.records.map(\.text) == ["1 1 9000 host1.node.dc1.consul."])
        #expect(answer.additional.first?.description == "host1.node.dc1.consul. 0 IN A 192.0.2.10")
    }

    @Test("An IPv6 address is found by AAAA and is a target of 32 digits")
    func version6() throws {
        var fixture = Fixture()
        fixture.add("v6", "2001:db8::5", 80)
        #expect(try fixture.values("v6.service.cairn") == ["NOERROR"])
        #expect(try fixture.values("v6.service.cairn", .aaaa) == ["2001:db8::5"])
        let answer = try fixture.ask("v6.service.cairn", .srv)
        #expect(answer.records.map(\.text) == ["1 1 80 20010db8000000000000000000000005.addr.dc1.cairn."])
        #expect(answer.additional.first?.type == .aaaa)
        #expect(try fixture.values("20010db8000000000000000000000005.addr.dc1.cairn", .aaaa) == ["2001:db8::5"])
    }

    @Test("A name made of an address has that address and nothing else")
    func addresses() throws {
        let fixture = Fixture()
        #expect(try fixture.values("0a010001.addr.dc1.consul") == ["10.1.0.1"])
        #expect(try fixture.values("0A010001.addr.dc1.consul") == ["10.1.0.1"])
        #expect(try fixture.values("0a010001.addr.dc1.consul", .srv) == ["NOERROR"])
        #expect(try fixture.values("0a01000.addr.dc1.consul") == ["NXDOMAIN"])
        #expect(try fixture.values("0a010001.addr.dc2.consul") == ["NXDOMAIN"])
    }

    @Test("A target that a client can resolve is what the answer names", arguments: ["cairn", "consul"])
    func targetsResolve(domain: String) throws {
        let fixture = Fixture.threeStates
        for record in try fixture.ask("web.service.\(domain)", .srv).records {
            guard case .srv(_, _, _, let target) = record.value else { continue }
            #expect(try fixture.ask(target.description).records.count == 1)
        }
    }
}
