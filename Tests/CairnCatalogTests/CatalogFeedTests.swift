import CairnCatalog
import Testing

@Suite("The catalog's feed")
struct CatalogFeedTests {
    /// A catalog with one instance of each of the services, at the index.
    static func catalog(_ services: [String: UInt64], index: UInt64) -> CatalogSnapshot {
        CatalogSnapshot(
            ownNode: "host1", nodes: [Node(name: "host1", id: "1", address: "192.0.2.10")],
            services: services.keys.map {
                Service(node: "host1", id: $0, name: $0, address: "10.0.0.1", port: 80, origin: .agent)
            }, checks: [], index: index, indexes: services)
    }

    @Test("Who waits for a service is woken by its change, not by another's")
    func granularity() async {
        let feed = CatalogFeed(Self.catalog(["a": 1, "b": 1], index: 1))
        async let woken: Void = feed.wait(for: .service("a"), beyond: 1, atMost: .seconds(600))
        while feed.waiterCount == 0 { await Task.yield() }
        feed.publish(Self.catalog(["a": 1, "b": 2], index: 2))
        #expect(feed.waiterCount == 1)
        feed.publish(Self.catalog(["a": 3, "b": 2], index: 3))
        await woken
        #expect(feed.index(of: .service("a")) == 3)
        #expect(feed.waiterCount == 0)
    }

    @Test("A service that is not there changes with every other")
    func missing() async {
        let feed = CatalogFeed(Self.catalog(["a": 1], index: 5))
        #expect(feed.index(of: .service("nope")) == 5)
        async let woken: Void = feed.wait(for: .service("nope"), beyond: 5, atMost: .seconds(600))
        while feed.waiterCount == 0 { await Task.yield() }
        feed.publish(Self.catalog(["a": 6], index: 6))
        await woken
    }

    @Test("What has changed already is not waited for; a time that is over, and a cancelled task, end the wait")
    func ends() async {
        let feed = CatalogFeed(Self.catalog([:], index: 7))
        await feed.wait(for: .catalog, beyond: 6, atMost: .seconds(600))
        await feed.wait(for: .catalog, beyond: 7, atMost: .milliseconds(1))
        let task = Task { await feed.wait(for: .keys, beyond: 1, atMost: .seconds(600)) }
        while feed.waiterCount == 0 { await Task.yield() }
        task.cancel()
        await task.value
        #expect(feed.waiterCount == 0)
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await feed.wait(for: .keys, beyond: 1, atMost: .seconds(600))
        }
        await late.value
        #expect(feed.waiterCount == 0)
    }

    @Test("A snapshot that was overtaken does not take the place of a newer one")
    func overtaken() {
        let feed = CatalogFeed(Self.catalog(["a": 1], index: 9))
        feed.publish(Self.catalog([:], index: 8))
        #expect(feed.snapshot.index == 9)
        #expect(!feed.snapshot.entries(named: "A").isEmpty)
    }

    @Test("A thousand may wait, and all are woken by one change")
    func many() async {
        let feed = CatalogFeed(Self.catalog(["a": 1], index: 1))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 {
                group.addTask { await feed.wait(for: .service("a"), beyond: 1, atMost: .seconds(600)) }
            }
            while feed.waiterCount < 1000 { await Task.yield() }
            feed.publish(Self.catalog(["a": 2], index: 2))
            await group.waitForAll()
        }
        #expect(feed.waiterCount == 0)
    }
}
