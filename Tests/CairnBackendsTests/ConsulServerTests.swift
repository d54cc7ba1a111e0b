import CairnCatalog
import Testing

@testable import CairnBackends

@Suite(
    "With a real Consul", .enabled(if: DiscoveryServers.consul != nil, DiscoveryServers.needsConsul),
    .timeLimit(.minutes(2)))
struct ConsulServerTests {
    private static func endpoint(_ port: Int) -> HTTPEndpoint {
        HTTPEndpoint(BackendURL.Server(place: .network(host: "127.0.0.1", port: port)), named: "Consul")
    }

    private struct Found: Decodable, Equatable {
        let Service: String
        let Port: Int
        let Tags: [String]
        let Meta: [String: String]
    }

    private static func services(_ endpoint: HTTPEndpoint) async throws -> [String: Found] {
        let answer = try await endpoint.successful(HTTPCall("GET", "/v1/agent/services"))
        return try decodeAnswer([String: Found].self, answer, from: "Consul")
    }

    /// What the agent says of a service: 200 passing, 429 warning, 503 critical, 404 unknown.
    private static func health(_ endpoint: HTTPEndpoint, _ id: String = "host1:c1:80") async throws -> Int {
        try await endpoint.send(HTTPCall("GET", "/v1/agent/health/service/id/\(id)")).status
    }

    private struct Index: Decodable { let ModifyIndex: UInt64 }

    private static func index(_ endpoint: HTTPEndpoint) async throws -> [UInt64] {
        let answer = try await endpoint.successful(HTTPCall("GET", "/v1/catalog/service/web"))
        return try decodeAnswer([Index].self, answer, from: "Consul").map(\.ModifyIndex)
    }

    @Test("Instances come and go with their health; others' services stay")
    func registers() async throws {
        try await DiscoveryServers.withConsul { port in
            let endpoint = Self.endpoint(port)
            let theirs = #"{"ID":"theirs","Name":"theirs","Port":1}"#
            _ = try await endpoint.successful(HTTPCall("PUT", "/v1/agent/service/register", body: Array(theirs.utf8)))
            let web = Service.fixture(tags: ["v1"], meta: ["long": String(repeating: "x", count: 600)])
            let catalog = TestCatalog([web, .fixture("db", id: "db-1", port: 5432)], checks: [.fixture(.engine)])
            let url = "consul://127.0.0.1:\(port)"
            try await withBackend(url, catalog) { log in
                await log.applied(1)
                let found = try await Self.services(endpoint)
                #expect(found.keys.sorted() == ["db-1", "host1:c1:80", "theirs"])
                #expect(found["host1:c1:80"]?.Tags == ["v1"])
                #expect(found["host1:c1:80"]?.Meta["long"]?.utf8.count == 512)
                #expect(try await Self.health(endpoint) == 200)
                for (status, code) in [(HealthStatus.critical, 503), (.warning, 429), (.passing, 200)] {
                    catalog.publish([web], checks: [.fixture(.engine, status: status)])
                    await log.applied(catalog.feed.snapshot.index)
                    #expect(try await Self.health(endpoint) == code)
                }
                #expect(try await Self.services(endpoint).keys.sorted() == ["host1:c1:80", "theirs"])
            }
            try await runOnce(url, TestCatalog([]), settings: .standard)
            #expect(try await Self.services(endpoint).keys.sorted() == ["theirs"])
            await endpoint.close()
        }
    }

    @Test("Every kind of check is taken; a check that is gone from the catalog goes")
    func checks() async throws {
        try await DiscoveryServers.withConsul { port in
            let endpoint = Self.endpoint(port)
            let web = Service.fixture()
            let probes: [Check.Probe] = [
                .http(.init(url: "http://127.0.0.1:1/", headers: [.init(name: "A", value: "b")])),
                .tcp(host: "127.0.0.1", port: 1), .ttl(.seconds(30)), .engine,
                .grpc(host: "127.0.0.1", port: 1, service: "", usesTLS: false, skipsVerification: false),
            ]
            let checks = probes.enumerated().map { Check.fixture($0.element, id: "host1:c1:80:\($0.offset)") }
            let catalog = TestCatalog([web], checks: checks)
            try await withBackend("consul://127.0.0.1:\(port)", catalog) { log in
                #expect(await log.applied(1).lastError == nil)
                // Five rows, of which Cairn looks after one.
                let ids = try await Self.checkIDs(endpoint)
                #expect(ids == [0, 1, 2, 4].map { "host1:c1:80:\($0)" } + ["service:host1:c1:80"])
                catalog.publish([web], checks: [checks[3]])
                await log.applied(2)
                #expect(try await Self.checkIDs(endpoint) == ["service:host1:c1:80"])
                #expect(try await Self.health(endpoint) == 200)
            }
            await endpoint.close()
        }
    }

    private struct Empty: Decodable {}

    private static func checkIDs(_ endpoint: HTTPEndpoint) async throws -> [String] {
        let answer = try await endpoint.successful(HTTPCall("GET", "/v1/agent/checks"))
        return try decodeAnswer([String: Empty].self, answer, from: "Consul").keys.sorted()
    }

    @Test("A restart, and reading back, leave Consul's own index as it is; what was taken away comes back")
    func quiet() async throws {
        try await DiscoveryServers.withConsul { port in
            let endpoint = Self.endpoint(port)
            let url = "consul://127.0.0.1:\(port)"
            let catalog = TestCatalog([.fixture()], checks: [.fixture(.engine)])
            try await runOnce(url, catalog, settings: .standard)
            // The agent tells its catalog a moment later; the blocking query answers when it has.
            _ = try await endpoint.successful(HTTPCall("GET", "/v1/health/service/web?passing&index=1&wait=10s"))
            let before = try await Self.index(endpoint)
            #expect(before.count == 1)
            let clock = ManualClock()
            try await withBackend(url, catalog, clock: clock) { log in
                await log.applied(1)
                #expect(try await Self.index(endpoint) == before)
                _ = try await endpoint.successful(HTTPCall("PUT", "/v1/agent/service/deregister/host1:c1:80"))
                // The beat finds that its check is gone.
                await clock.sleeper(for: .seconds(10))
                clock.advance(by: .seconds(10))
                await clock.sleeper(for: .seconds(10))
                #expect(try await Self.services(endpoint).keys.sorted() == ["host1:c1:80"])
            }
            await endpoint.close()
        }
    }

    @Test("Keys and values come and go; others' keys stay")
    func keys() async throws {
        try await DiscoveryServers.withConsul { port in
            let endpoint = Self.endpoint(port)
            _ = try await endpoint.successful(HTTPCall("PUT", "/v1/kv/services/web/host2:c1:80", body: Array("x".utf8)))
            let url = "consulkv://127.0.0.1:\(port)/services"
            func keys() async throws -> [String] {
                let answer = try await endpoint.successful(HTTPCall("GET", "/v1/kv/services?keys"))
                return try decodeAnswer([String].self, answer, from: "Consul")
            }
            try await runOnce(url, TestCatalog([.fixture(), .fixture("my db", id: "db-1")]), settings: .standard)
            #expect(
                try await keys() == ["services/my db/db-1", "services/web/host1:c1:80", "services/web/host2:c1:80"])
            let raw = try await endpoint.successful(HTTPCall("GET", "/v1/kv/services/web/host1:c1:80?raw"))
            #expect(String(decoding: raw.body, as: UTF8.self) == "192.0.2.10:8080")
            try await runOnce(url, TestCatalog([]), settings: .standard)
            #expect(try await keys() == ["services/web/host2:c1:80"])
            await endpoint.close()
        }
    }
}
