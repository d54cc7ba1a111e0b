import CairnCatalog
import CairnCore
import Testing

@testable import CairnBackends

@Suite("Requests to registries")
struct HTTPRegistryTests {
    private let owner = OwnerMark(node: "host1")

    private func consul(_ transport: FakeTransport) -> ConsulRegistry {
        ConsulRegistry(
            layout: ConsulLayout(timeToLive: .seconds(30)), owner: owner,
            transport: transport)
    }

    private let agent = [
        "GET /v1/agent/services": HTTPAnswer.json(
            """
            {"host1:c1:80":{"ID":"host1:c1:80","Service":"web","Tags":[],"Meta":{},"Port":8080,"Address":"192.0.2.10"},
             "host1:gone:80":{"ID":"host1:gone:80","Service":"old","Tags":null,"Meta":null,"Port":1,"Address":""},
             "mine":{"ID":"mine","Service":"old","Tags":[],"Meta":{"cairn-node":"host1"},"Port":1,"Address":""},
             "theirs":{"ID":"theirs","Service":"x","Tags":[],"Meta":{"cairn-node":"host2"},"Port":1,"Address":""},
             "host2:c1:80":{"ID":"host2:c1:80","Service":"web","Tags":[],"Meta":{},"Port":80,"Address":"192.0.2.11"}}
            """),
        "GET /v1/agent/checks": HTTPAnswer.json(
            """
            {"service:host1:c1:80":{"CheckID":"service:host1:c1:80","ServiceID":"host1:c1:80"},
             "_service_maintenance:host1:c1:80":{"CheckID":"_service_maintenance:host1:c1:80","ServiceID":"host1:c1:80"}}
            """),
    ]

    @Test("A Consul agent is read, cleaned, written once, told the health, and then left in peace")
    func consulAgent() async throws {
        let transport = FakeTransport(agent)
        let registry = consul(transport)
        let wanted = try registry.records(for: registrations([.fixture()], checks: [.fixture(.engine, output: "up")]))
        var convergence = Convergence()
        try await convergence.converge(to: wanted, in: registry)
        #expect(
            transport.lines == [
                "GET /v1/agent/services", "GET /v1/agent/checks",
                "PUT /v1/agent/service/register?replace-existing-checks=true",
                "PUT /v1/agent/service/deregister/host1:gone:80", "PUT /v1/agent/service/deregister/mine",
                "PUT /v1/agent/check/update/service:host1:c1:80",
            ])
        #expect(transport.body(2) == wanted.records["host1:c1:80"]?.body)
        #expect(transport.body(5) == #"{"Output":"up","Status":"passing"}"#)
        let count = transport.calls.count
        try await convergence.converge(to: wanted, in: registry)
        #expect(transport.calls.count == count)
        // Read again: what is there is what was written, by all that can be read back.
        convergence.forget()
        try await convergence.converge(to: wanted, in: registry)
        #expect(!transport.lines.dropFirst(count).contains { $0.hasPrefix("PUT /v1/agent/service/register") })
        let failing = try registry.records(
            for: registrations([.fixture()], checks: [.fixture(.engine, status: .critical)]))
        let before = transport.calls.count
        try await convergence.converge(to: failing, in: registry)
        #expect(transport.lines.dropFirst(before) == ["PUT /v1/agent/check/update/service:host1:c1:80"])
    }

    @Test("What Consul does not take is the entry's fault; what it cannot do now is tried again")
    func consulErrors() async throws {
        let path = "/v1/agent/service/register?replace-existing-checks=true"
        let record = Record(key: "x", content: "{}")
        let refusing = consul(FakeTransport(["PUT \(path)": .json("Invalid service address", status: 400)]))
        let refusal = await #expect(throws: RecordRefused.self) { try await refusing.put(record) }
        #expect(refusal?.reason == "the server answered 400: Invalid service address")
        let failing = consul(FakeTransport(["PUT \(path)": .json("no leader", status: 500)]))
        await #expect(throws: CairnError.self) { try await failing.put(record) }
        let other = consul(FakeTransport(["GET /v1/agent/services": .json("<html>")]))
        let error = await #expect(throws: CairnError.self) { try await other.read(RecordSet()) }
        #expect(error?.code == .io)
    }

    @Test("Keys in Consul's store carry the node's number and are found by it")
    func keys() async throws {
        let transport = FakeTransport([
            "GET /v1/kv/services/?recurse=true": .json(
                """
                [{"Key":"services/web/custom","Value":"MTAuMC4wLjE6MQ==","Flags":\(owner.flags)},
                 {"Key":"services/web/host1:c1:80","Value":null,"Flags":0},
                 {"Key":"services/web/host2:c1:80","Value":"eA==","Flags":7}]
                """)
        ])
        let registry = ConsulKeyValueRegistry(
            layout: KeyValueLayout(prefix: "services"), owner: owner, transport: transport)
        let found = try await registry.read(RecordSet())
        #expect(found == ["services/web/custom": "10.0.0.1:1", "services/web/host1:c1:80": ""])
        try await registry.put(Record(key: "services/a b/host1:c1:80", content: "192.0.2.10:80"))
        try await registry.remove("services/web/custom")
        #expect(
            transport.lines.dropFirst() == [
                "PUT /v1/kv/services/a%20b/host1:c1:80?flags=\(owner.flags)", "DELETE /v1/kv/services/web/custom",
            ])
        #expect(transport.body(1) == "192.0.2.10:80")
    }

    @Test("A prefix that has nothing yet is empty; other answers are errors")
    func noKeys() async throws {
        for (status, isEmpty) in [(404, true), (500, false)] {
            let transport = FakeTransport(["GET /v1/kv/services/?recurse=true": HTTPAnswer(status: status)])
            let registry = ConsulKeyValueRegistry(
                layout: KeyValueLayout(prefix: "services"), owner: owner, transport: transport)
            if isEmpty {
                #expect(try await registry.read(RecordSet()).isEmpty)
            } else {
                await #expect(throws: CairnError.self) { try await registry.read(RecordSet()) }
            }
        }
    }

    @Test("etcd's gateway gets bytes in base64 and numbers as texts")
    func etcd() async throws {
        let transport = FakeTransport([
            "POST /v3/lease/keepalive": .json(#"{"result":{"ID":"5"}}"#),
            "POST /v3/kv/range": .json(
                #"{"kvs":[{"key":"L3Mvd2ViL2hvc3QxOmMxOjgw","value":"eA==","lease":"5"},{"key":"L3MveA=="}],"count":"2"}"#
            ),
        ])
        let client = EtcdClient(transport: transport)
        #expect(try await client.put("/s/web/host1:c1:80", "x", lease: 5))
        #expect(transport.body(0) == #"{"key":"L3Mvd2ViL2hvc3QxOmMxOjgw","lease":"5","value":"eA=="}"#)
        let entries = try await client.range("/s/")
        #expect(transport.body(1) == #"{"key":"L3Mv","range_end":"L3Mw"}"#)
        #expect(
            entries == [
                .init(key: "/s/web/host1:c1:80", value: "x", lease: 5), .init(key: "/s/x", value: "", lease: 0),
            ])
        // An expired lease is answered with 200, and without a time to live.
        #expect(try await client.keepAlive(5) == false)
        try await client.grant(5, seconds: 30)
        #expect(transport.body(3) == #"{"ID":"5","TTL":"30"}"#)
    }
}
