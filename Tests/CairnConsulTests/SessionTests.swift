import CairnCatalog
import CairnCore
import CairnStore
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import CairnConsul

/// https://developer.hashicorp.com/consul/api-docs/session.
@Suite("Sessions")
struct SessionTests {
    private func create(_ consul: ConsulFixture, _ body: String = "{}") async throws -> String {
        try await consul.client.put("/v1/session/create", body).json.text(of: "ID")
    }

    @Test("A session is made, told of, renewed and destroyed")
    func whole() async throws {
        try await ConsulFixture.serve { consul in
            let client = consul.client
            let id = try await create(consul, #"{"name":"lock","ttl":"10s","lockdelay":"1s","behavior":"delete"}"#)
            let session = try await client.json("/v1/session/info/\(id)")[0]
            #expect(
                session?.without(["CreateIndex", "ModifyIndex"]) == [
                    "ID": .string(id), "Name": "lock", "Node": .string(consul.node), "LockDelay": 1_000_000_000,
                    "Behavior": "delete", "TTL": "10s", "NodeChecks": ["serfHealth"], "ServiceChecks": nil,
                ])
            #expect(try await client.json("/v1/session/list").count == 1)
            #expect(try await client.json("/v1/session/node/\(consul.node)").count == 1)
            #expect(try await client.put("/v1/session/renew/\(id)").json.count == 1)
            #expect(try await client.put("/v1/session/destroy/\(id)").text == "true")
            #expect(try await client.get("/v1/session/info/\(id)").text == "[]")
            let gone = try await client.put("/v1/session/renew/\(id)")
            #expect(gone.status == 404)
            #expect(gone.text == "Session id '\(id)' not found")
        }
    }

    @Test(
        "What no session can be made of is refused",
        arguments: [
            (#"{"TTL":"5s"}"#, "Invalid Session TTL '5000000000', must be between [10s=24h0m0s]"),
            (#"{"Node":"nope"}"#, "Missing node registration"),
            (#"{"NodeChecks":["nope"]}"#, "Missing check 'nope' registration"),
            (#"{"Behavior":"explode"}"#, "Invalid Behavior setting 'explode'"),
        ])
    func refused(body: String, text: String) async throws {
        try await ConsulFixture.serve { consul in
            let answer = try await consul.client.put("/v1/session/create", body)
            #expect(answer.status == 500)
            #expect(answer.text == text)
        }
    }

    @Test("A lock is held by one session at a time, given back, and taken again by another")
    func lock() async throws {
        try await ConsulFixture.serve { consul in
            let client = consul.client
            let (one, two) = (try await create(consul), try await create(consul))
            #expect(try await client.put("/v1/kv/l?acquire=\(one)", "one").text == "true")
            #expect(try await client.put("/v1/kv/l?acquire=\(two)", "two").text == "false")
            #expect(try await client.put("/v1/kv/l?acquire=\(one)", "still").text == "true")
            var pair = try await client.json("/v1/kv/l")[0]
            #expect(pair?["Session"] == .string(one))
            #expect(pair?["LockIndex"] == 1)
            #expect(try await client.put("/v1/kv/l?release=\(two)", "").text == "false")
            #expect(try await client.put("/v1/kv/l?release=\(one)", "").text == "true")
            #expect(try await client.json("/v1/kv/l")[0]?["Session"] == nil)
            #expect(try await client.put("/v1/kv/l?acquire=\(two)", "two").text == "true")
            pair = try await client.json("/v1/kv/l")[0]
            #expect(pair?["LockIndex"] == 2)
            #expect(try await client.put("/v1/kv/l?acquire=nonsense", "").status == 500)
        }
    }

    @Test("A watcher of sessions is woken by a new one")
    func blocking() async throws {
        try await ConsulFixture.serve { consul in
            let index = try await consul.client.get("/v1/session/list").index
            async let woken = consul.client.get("/v1/session/list?index=\(index)&wait=300s")
            await consul.waitForWaiters(1)
            _ = try await create(consul)
            #expect(try await woken.json.count == 1)
        }
    }

    /// A service on a clock that the test moves.
    private final class Rounds: Sendable {
        let file: StoreFile
        let feed: CatalogFeed
        let time = Mutex(Date(timeIntervalSince1970: 1000))
        let rounds: AsyncStream<Void>
        let round: AsyncStream<Void>.Continuation

        init() throws {
            file = try StoreFile()
            feed = CatalogFeed(try file.store.catalog())
            (rounds, round) = AsyncStream.makeStream()
        }

        var now: Date { time.withLock { $0 } }

        func serve(_ body: (inout AsyncStream<Void>.Iterator) async throws -> Void) async throws {
            let service = SessionService(
                store: file.store, feed: feed, logger: Logger(label: "test"), now: { [self] in now },
                onRound: { [round] in round.yield() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                var iterator = rounds.makeAsyncIterator()
                await iterator.next(isolation: #isolation)
                try await body(&iterator)
                group.cancelAll()
            }
        }
    }

    @Test("A session ends when its time is over, and whoever waits for its key hears of it")
    func expiry() async throws {
        let rounds = try Rounds()
        let store = rounds.file.store
        try await rounds.serve { iterator in
            let session = try store.createSession(
                Session(id: "s", node: rounds.feed.snapshot.ownNode, ttl: .seconds(10), renewedAt: rounds.now))
            try store.apply([.lock(Pair(key: "k", value: [], session: session.id))], at: rounds.now)
            try store.publishPairs(to: rounds.feed)
            let before = rounds.feed.index(of: .keys)
            rounds.time.withLock { $0 += 9 }
            rounds.feed.advance(.sessions, to: rounds.feed.index(of: .sessions) + 1)
            await iterator.next(isolation: #isolation)
            #expect(try store.session("s") != nil)
            rounds.time.withLock { $0 += 2 }
            while try store.session("s") != nil {
                rounds.feed.advance(.sessions, to: rounds.feed.index(of: .sessions) + 1)
                await iterator.next(isolation: #isolation)
            }
            await rounds.feed.wait(for: .keys, beyond: before, atMost: .seconds(60))
            #expect(try store.pairs(.key("k")).pairs.first?.session == nil)
        }
    }

    @Test("A session ends as soon as a check that it depends on is critical")
    func failingCheck() async throws {
        let rounds = try Rounds()
        let store = rounds.file.store
        let node = rounds.feed.snapshot.ownNode
        let check = Check(
            node: node, id: "disk", serviceID: nil, name: "disk", status: .passing,
            definition: Check.Definition(probe: .external))
        try store.putCheck(check)
        rounds.feed.publish(try store.catalog())
        try await rounds.serve { iterator in
            try store.createSession(Session(id: "s", node: node, nodeChecks: ["disk"], renewedAt: rounds.now))
            try store.publishPairs(to: rounds.feed)
            try store.setStatus(CheckFinding(.critical, "full"), ofCheck: check.key)
            rounds.feed.publish(try store.catalog())
            while try store.session("s") != nil { await iterator.next(isolation: #isolation) }
        }
    }

    @Test("Nobody's session ends for the time in which nothing listened")
    func restart() async throws {
        let rounds = try Rounds()
        try rounds.file.store.createSession(
            Session(id: "s", node: rounds.feed.snapshot.ownNode, ttl: .seconds(10), renewedAt: rounds.now))
        rounds.time.withLock { $0 += 3600 }
        try await rounds.serve { _ in
            let session = try rounds.file.store.session("s")
            #expect(session?.renewedAt == rounds.now)
        }
    }
}
