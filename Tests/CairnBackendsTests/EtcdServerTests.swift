import CairnCatalog
import Testing

@testable import CairnBackends

@Suite(
    "With a real etcd", .enabled(if: DiscoveryServers.etcd != nil, DiscoveryServers.needsEtcd), .timeLimit(.minutes(2)))
struct EtcdServerTests {
    private let web = Service.fixture()
    private let custom = Service.fixture("db", id: "db-1", port: 5432)
    private static let key = "/services/web/host1:c1:80"

    private static func client(_ port: Int) -> EtcdClient {
        let server = BackendURL.Server(place: .network(host: "127.0.0.1", port: port))
        return EtcdClient(transport: HTTPEndpoint(server, named: "etcd"))
    }

    @Test("Instances come and go, each with a lease; others' keys stay; a restart writes nothing")
    func registers() async throws {
        try await DiscoveryServers.withEtcd { [web, custom] port in
            let client = Self.client(port)
            let url = "etcd://127.0.0.1:\(port)/services"
            #expect(try await client.put("/services/web/host2:c1:80", "192.0.2.11:80", lease: 0))
            #expect(try await client.put("/services/old/host1:gone:80", "192.0.2.10:1", lease: 0))
            try await runOnce(url, TestCatalog([web, custom]), settings: .standard)
            let first = try await client.range("/services/")
            #expect(
                first.map { "\($0.key)=\($0.value)" } == [
                    "/services/db/db-1=192.0.2.10:5432", "\(Self.key)=192.0.2.10:8080",
                    "/services/web/host2:c1:80=192.0.2.11:80",
                ])
            #expect(Set(first.map(\.lease)).count == 3)
            // The leases are the same: nothing was written.
            try await runOnce(url, TestCatalog([web, custom]), settings: .standard)
            #expect(try await client.range("/services/") == first)
            // An id that does not tell the node is found by its lease.
            try await runOnce(url, TestCatalog([web]), settings: .standard)
            #expect(try await client.range("/services/").map(\.key) == [Self.key, "/services/web/host2:c1:80"])
            try await runOnce(url, TestCatalog([web]), settings: BackendSettings(deregistersAtEnd: true))
            #expect(try await client.range("/services/").map(\.key) == ["/services/web/host2:c1:80"])
            await client.transport.close()
        }
    }

    @Test("A lease that has ended is granted anew, and the key put again")
    func lostLease() async throws {
        try await DiscoveryServers.withEtcd { [web] port in
            let client = Self.client(port)
            let clock = ManualClock()
            let catalog = TestCatalog([web])
            try await withBackend("etcd://127.0.0.1:\(port)/services", catalog, clock: clock) { log in
                await log.applied(1)
                await clock.sleeper(for: .seconds(10))
                let lease = try #require(try await client.range("/services/").first?.lease)
                #expect(try await client.revoke(lease))
                #expect(try await client.range("/services/").isEmpty)
                clock.advance(by: .seconds(10))
                await clock.sleeper(for: .seconds(10))
                let entry = try #require(try await client.range("/services/").first)
                #expect(entry.value == "192.0.2.10:8080")
                #expect(entry.lease != lease)
                // A lease that ends just before the value changes is noticed by the write.
                #expect(try await client.revoke(entry.lease))
                catalog.publish([.fixture(port: 9090)])
                await log.applied(2)
                #expect(try await client.range("/services/").map(\.value) == ["192.0.2.10:9090"])
                // What keeps it alive leaves the key as it is.
                let before = try await client.range("/services/")
                clock.advance(by: .seconds(10))
                await clock.sleeper(for: .seconds(10))
                #expect(try await client.range("/services/") == before)
            }
            await client.transport.close()
        }
    }

    @Test("SkyDNS's records are found again by their leases")
    func skyDNS() async throws {
        try await DiscoveryServers.withEtcd { [web, custom] port in
            let client = Self.client(port)
            let url = "skydns2://127.0.0.1:\(port)/cluster.local"
            try await runOnce(url, TestCatalog([web, custom]), settings: .standard)
            try await runOnce(url, TestCatalog([custom]), settings: .standard)
            let entries = try await client.range("/skydns/")
            #expect(entries.map(\.key) == ["/skydns/local/cluster/db/db-1"])
            #expect(entries.map(\.value) == [#"{"host":"192.0.2.10","port":5432}"#])
            await client.transport.close()
        }
    }
}
