import CairnCatalog
import Foundation
import Testing

@testable import CairnBackends

/// The bodies are those of https://developer.hashicorp.com/consul/api-docs/agent/service#register-service.
@Suite("Registrations with Consul")
struct ConsulLayoutTests {
    private let layout = ConsulLayout(
        timeToLive: .seconds(30), now: { Date(timeIntervalSince1970: 100) })

    private func record(_ service: Service, _ checks: [Check] = []) throws -> Record {
        let set = try layout.records(for: registrations([service], checks: checks))
        return try #require(set.records[service.id])
    }

    @Test("A service has its id, name, port, tags, address and attributes")
    func plain() throws {
        let made = try record(.fixture(tags: ["b", "a"], meta: ["region": "us2"]))
        let text =
            #"{"Address":"192.0.2.10","ID":"host1:c1:80","Meta":{"region":"us2"},"Name":"web","Port":8080,"Tags":["b","a"]}"#
        #expect(made.content == text)
        #expect(made.body == text)
        #expect(made.beats.isEmpty)
    }

    @Test("An id that does not tell the node is marked with it")
    func marked() throws {
        let made = try record(.fixture(id: "db"))
        #expect(made.content.utf8.firstRange(of: #""Meta":{"cairn-node":"host1"}"#.utf8) != nil)
    }

    @Test(
        "Checks that Consul can make are Consul's",
        arguments: [
            (
                Check.Probe.http(.init(url: "http://192.0.2.10:8080/health")),
                #""HTTP":"http://192.0.2.10:8080/health","Interval":"10s","Name":"check","Timeout":"10s""#
            ),
            (
                .http(
                    .init(
                        url: "https://h/", method: "POST", headers: [.init(name: "A", value: "b")], body: "x",
                        skipsVerification: true)),
                #""Body":"x","CheckID":"host1:c1:80:1","HTTP":"https://h/","Header":{"A":["b"]},"Interval":"10s","Method":"POST","Name":"check","TLSSkipVerify":true,"Timeout":"10s""#
            ),
            (.tcp(host: "::1", port: 80), #""Interval":"10s","Name":"check","TCP":"[::1]:80","Timeout":"10s""#),
            (
                .grpc(host: "192.0.2.10", port: 80, service: "a", usesTLS: true, skipsVerification: true),
                #""GRPC":"192.0.2.10:80/a","GRPCUseTLS":true,"Interval":"10s","Name":"check","TLSSkipVerify":true,"Timeout":"10s""#
            ),
            (.ttl(.milliseconds(1500)), #""Name":"check","TTL":"1500ms""#),
        ])
    func consulsOwn(_ probe: Check.Probe, _ text: String) throws {
        let made = try record(.fixture(), [.fixture(probe, id: "host1:c1:80:1", status: .warning)])
        #expect(made.content.utf8.firstRange(of: text.utf8) != nil, "\(made.content)")
        #expect(made.beats.isEmpty)
        // The status is sent along, so that nothing flaps, and does not lead to another registration when it changes.
        #expect(made.body.utf8.firstRange(of: #""Status":"warning""#.utf8) != nil)
        #expect(
            try record(.fixture(), [.fixture(probe, id: "host1:c1:80:1", status: .passing)]).content == made.content)
    }

    @Test(
        "For all other checks there is one with a time to live, beaten with the worst of them",
        arguments: [
            Check.Probe.engine, .script(containerID: "x", words: ["true"]), .external, .maintenance,
            .http(.init(url: "http://h/", content: "ready")), .http(.init(url: "http://h/", followsRedirects: false)),
        ])
    func beaten(_ probe: Check.Probe) throws {
        let made = try record(
            .fixture(),
            [
                .fixture(probe, id: "docker:host1:c1:80", status: .critical, output: "paused"),
                .fixture(.engine, id: "engine:host1:c1:80"),
            ])
        let check =
            #""Checks":[{"CheckID":"service:host1:c1:80","Name":"Service 'web' check","Notes":"Kept up to date by Cairn","TTL":"30s"}]"#
        #expect(made.content.utf8.firstRange(of: check.utf8) != nil, "\(made.content)")
        #expect(made.beats == [Beat(checkID: "service:host1:c1:80", status: .critical, output: "paused")])
    }

    @Test("The node's maintenance reaches every service")
    func node() throws {
        let check = Check.fixture(
            .maintenance, id: Check.nodeMaintenanceID, serviceID: nil, status: .critical, output: "disks")
        #expect(
            try record(.fixture(), [check]).beats == [
                Beat(checkID: "service:host1:c1:80", status: .critical, output: "disks")
            ])
    }

    @Test("A check of Consul's that has the usual id keeps it")
    func taken() throws {
        let made = try record(
            .fixture(),
            [.fixture(.tcp(host: "192.0.2.10", port: 8080), id: "service:host1:c1:80"), .fixture(.engine)])
        #expect(made.beats.map(\.checkID) == ["service:host1:c1:80:cairn"])
    }

    @Test("A beat is passed on as long as the one before it counts, so that who beats Consul directly is left alone")
    func passedOn() throws {
        let id = "service:host1:c1:80"
        for (seconds, count) in [(101.0, 1), (99.0, 0)] {
            let check = Check.fixture(.ttl(.seconds(9)), id: id, deadline: Date(timeIntervalSince1970: seconds))
            let set = try layout.records(for: registrations([.fixture()], checks: [check]))
            #expect(set.records["host1:c1:80"]?.beats.count == count)
            #expect(set.quickestBeat == .seconds(3))
        }
    }

    @Test("Attributes are made to fit Consul's limits instead of losing the service")
    func meta() throws {
        let long = String(repeating: "é", count: 300)
        var meta = ["a b": "1", "long": long, "consul-x": "1"]
        for number in 100..<200 { meta["n\(number)"] = "x" }
        let (made, warnings) = ConsulText.meta(meta, of: "host1:c1:80")
        #expect(made["a_b"] == "1")
        #expect(made["long"] == String(repeating: "é", count: 256))
        #expect(made["consul-x"] == nil)
        #expect(made.count == 64)
        #expect(warnings.count == 4)
        #expect(made.keys.allSatisfy { !$0.isEmpty && $0.utf8.count <= 128 })
    }

    @Test("Times are in Go's notation")
    func durations() {
        #expect(ConsulText.duration(.seconds(90)) == "90s")
        #expect(ConsulText.duration(.milliseconds(250)) == "250ms")
    }
}
