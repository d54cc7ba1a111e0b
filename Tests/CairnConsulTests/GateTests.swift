import CairnConsul
import CairnCore
import NIOHTTP1
import Testing

@Suite("Who is let in")
struct GateTests {
    private func status(
        _ consul: ConsulFixture, _ headers: HTTPHeaders, path: String = "/v1/catalog/services"
    ) async throws -> Int {
        try await consul.client.send(.GET, path, headers: headers).status
    }

    @Test("Pages of other sites are kept out by the names in Host and Origin")
    func rebinding() async throws {
        let settings = ConsulSettings(listeners: [.init(port: 0)], hostNames: ["cairn.internal"])
        try await ConsulFixture.serve(settings) { consul in
            let own = ["127.0.0.1:8500", "localhost", "LOCALHOST:8500", "[::1]:8500", consul.node, "cairn.internal"]
            let others = ["evil.example", "evil.example:8500", "127.0.0.1.evil.example", "localhost.evil.example"]
            for host in own + others {
                let found = try await status(consul, ["Host": host])
                #expect(found == (own.contains(host) ? 200 : 403), "\(host)")
            }
            for (origin, expected) in [("https://evil.example", 403), ("null", 403), ("http://localhost:8500", 200)] {
                let found = try await status(consul, ["Host": "localhost:8500", "Origin": origin])
                #expect(found == expected, "\(origin)")
            }
        }
    }

    @Test("Where a token is needed it is taken from a header or the query, and nothing else will do")
    func token() async throws {
        let settings = ConsulSettings(listeners: [.init(port: 0, requiresToken: true)], token: "s3cret")
        try await ConsulFixture.serve(settings) { consul in
            let cases: [(HTTPHeaders, Int)] = [
                ([:], 403), (["X-Consul-Token": "s3cre"], 403), (["X-Consul-Token": ""], 403),
                (["X-Consul-Token": "s3cret"], 200), (["Authorization": "Bearer s3cret"], 200),
                (["Authorization": "Basic s3cret"], 403),
                // The token is all that counts there: the listener is reached by any name.
                (["Host": "cairn.example", "X-Consul-Token": "s3cret"], 200),
            ]
            for (headers, expected) in cases {
                let found = try await status(consul, headers)
                #expect(found == expected, "\(headers)")
            }
            let inQuery = try await status(consul, [:], path: "/v1/catalog/services?token=s3cret")
            #expect(inQuery == 200)
        }
    }

    @Test("Without a token set, a listener that needs one lets nobody in")
    func noToken() async throws {
        let settings = ConsulSettings(listeners: [.init(port: 0, requiresToken: true)])
        try await ConsulFixture.serve(settings) { consul in
            let found = try await status(consul, ["X-Consul-Token": ""])
            #expect(found == 403)
        }
    }

    @Test("What is too large is refused, and the server serves on")
    func sizes() async throws {
        try await ConsulFixture.serve { consul in
            func a(_ count: Int) -> String { String(repeating: "a", count: count) }
            let answers = [
                try await consul.client.put("/v1/agent/service/register", #"{"Name":"\#(a(2 << 20))"}"#),
                try await consul.client.put("/v1/event/fire/a", a(9000)),
                try await consul.client.get("/v1/kv/" + a(20 << 10)),
                try await consul.client.put("/v1/kv/" + a(5 << 10), "x"),
                try await consul.client.put("/v1/txn", String(repeating: "[", count: 5000)),
                try await consul.client.get("/v1/status/leader"),
            ]
            #expect(answers.map(\.status) == [413, 413, 414, 400, 400, 200])
        }
    }

    @Test("An address that is in use is waited for")
    func addressInUse() async throws {
        try await ConsulFixture.serve { consul in
            let port = consul.client.port
            let (reports, report) = AsyncStream<ConsulStatus>.makeStream()
            let server = ConsulServer(
                settings: ConsulSettings(listeners: [.init(port: port)]), store: consul.store, feed: consul.feed,
                isReserved: { _ in false }, refresh: {}, onStatus: { report.yield($0) }, logger: consul.logger)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                var iterator = reports.makeAsyncIterator()
                guard case .waiting(let listener, _)? = await iterator.next() else {
                    Issue.record("the second server has the address as well")
                    return
                }
                #expect(listener.port == port)
                group.cancelAll()
            }
        }
    }
}
