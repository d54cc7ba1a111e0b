import CairnCatalog
import CairnCore
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import CairnBackends

@Suite("Keeping a registry up to date", .timeLimit(.minutes(1)))
struct BackendServiceTests {
    private let url = "etcd://127.0.0.1/services"
    private let registry = FakeRegistry()
    private let clock = ManualClock()
    private let web = Service.fixture()
    private let second = Service.fixture(id: "host1:c2:80", port: 8081)
    private let key = "services/web/host1:c1:80"
    private let secondKey = "services/web/host1:c2:80"

    @Test("What comes is written, what changes is written again, what goes is removed, and nothing else is")
    func follows() async throws {
        let catalog = TestCatalog([web])
        try await withBackend(url, catalog, clock: clock, registry: registry) { log in
            await log.applied(1)
            #expect(registry.entries == [key: "192.0.2.10:8080"])
            catalog.publish([web, second])
            await log.applied(2)
            catalog.publish([.fixture(port: 9090), second])
            await log.applied(3)
            catalog.publish([second])
            await log.applied(4)
            #expect(registry.writes == ["put \(key)", "put \(secondKey)", "put \(key)", "remove \(key)"])
            #expect(log.all.last?.entries == 1)
        }
        #expect(registry.state.withLock { $0.isClosed })
    }

    @Test("What a former run left behind goes, what others wrote stays, and what is right is not written")
    func cleansUp() async throws {
        let foreign = ["services/web/host2:c1:80": "192.0.2.11:80", "services/web/host11:x:80": "192.0.2.12:80"]
        registry.set {
            $0.entries = foreign.merging([key: "192.0.2.10:8080", "services/old/host1:gone:80": "192.0.2.10:1"]) { $1 }
        }
        try await withBackend(url, TestCatalog([web]), clock: clock, registry: registry) { log in
            await log.applied(1)
            #expect(registry.entries == foreign.merging([key: "192.0.2.10:8080"]) { $1 })
            #expect(registry.writes == ["remove services/old/host1:gone:80"])
        }
    }

    @Test("Reading back what is as it should be writes nothing; what somebody else took away comes back")
    func resyncs() async throws {
        let settings = try BackendSettings(timeToLive: .seconds(90), resyncInterval: .seconds(20))
        try await withBackend(url, TestCatalog([web]), settings: settings, clock: clock, registry: registry) { log in
            await log.applied(1)
            await clock.sleeper(for: .seconds(20))
            clock.advance(by: .seconds(20))
            await clock.sleeper(for: .seconds(10))
            #expect(registry.calls == ["read", "put \(key)", "read"])
            registry.set { $0.entries = [:] }
            clock.advance(by: .seconds(10))
            await clock.sleeper(for: .seconds(10))
            clock.advance(by: .seconds(10))
            await clock.sleeper(for: .seconds(20))
            #expect(registry.entries == [key: "192.0.2.10:8080"])
        }
    }

    @Test("While a registry is down the pauses grow up to a limit; then one set of writes brings it up to date")
    func outage() async throws {
        let catalog = TestCatalog([web])
        try await withBackend(url, catalog, clock: clock, registry: registry) { log in
            await log.applied(1)
            registry.set { $0.isDown = true }
            catalog.publish([web, second])
            let status = await log.first { !$0.isConnected && $0.lastError != nil }
            #expect(status.lastError == "the registry is down")
            for pause in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
                await clock.sleeper(for: .seconds(pause))
                if pause == 8 { catalog.publish([second]) }
                if pause == 16 { catalog.publish([.fixture(id: "host1:c2:80", port: 9999)]) }
                if pause == 60 { registry.set { $0.isDown = false } }
                if pause == 60 { break }
                clock.advance(by: .seconds(pause))
            }
            registry.set { $0.calls = [] }
            clock.advance(by: .seconds(60))
            await log.applied(4)
            #expect(
                registry.calls.filter { !$0.hasPrefix("refresh") } == ["read", "put \(secondKey)", "remove \(key)"])
            #expect(log.all.last?.lastError == nil)
        }
    }

    @Test("The longest pause stays the longest")
    func pauses() {
        var pause = RetryPause(first: .seconds(1), last: .seconds(60))
        let taken = (0..<9).map { _ in pause.take() }
        #expect(taken == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
        pause.reset()
        #expect(pause.take() == .seconds(1))
    }

    @Test("One entry that is not taken does not keep the others out, and is offered again when it has changed")
    func refusal() async throws {
        registry.set { $0.refused = [key] }
        let catalog = TestCatalog([web, second])
        try await withBackend(url, catalog, clock: clock, registry: registry) { log in
            let status = await log.applied(1)
            #expect(status.lastError == "\(key): not this one")
            #expect(registry.entries == [secondKey: "192.0.2.10:8081"])
            registry.set { $0.refused = [] }
            catalog.publish([web, second])
            await log.applied(2)
            #expect(registry.entries.count == 1)
            catalog.publish([.fixture(port: 9090), second])
            #expect(await log.applied(3).lastError == nil)
            #expect(registry.entries.count == 2)
        }
    }

    @Test("Entries are refreshed at a third of their time; what has expired all the same is written again")
    func refreshes() async throws {
        try await withBackend(url, TestCatalog([web]), clock: clock, registry: registry) { log in
            await log.applied(1)
            await clock.sleeper(for: .seconds(10))
            clock.advance(by: .seconds(10))
            await clock.sleeper(for: .seconds(10))
            #expect(registry.calls == ["read", "put \(key)", "refresh 1"])
            registry.set {
                $0.entries = [:]
                $0.lost = [key]
            }
            clock.advance(by: .seconds(10))
            await clock.sleeper(for: .seconds(10))
            #expect(registry.entries == [key: "192.0.2.10:8080"])
        }
    }

    @Test("A critical instance leaves, and comes back when it passes")
    func health() async throws {
        let catalog = TestCatalog([web], checks: [.fixture(.engine)])
        try await withBackend(url, catalog, clock: clock, registry: registry) { log in
            await log.applied(1)
            #expect(registry.entries.count == 1)
            catalog.publish([web], checks: [.fixture(.engine, status: .critical)])
            await log.applied(2)
            #expect(registry.entries.isEmpty)
            catalog.publish([web], checks: [.fixture(.engine)])
            await log.applied(3)
            #expect(registry.entries.count == 1)
        }
    }

    @Test("At the end everything stays, unless it is to be removed", arguments: [false, true])
    func end(_ deregisters: Bool) async throws {
        registry.set { $0.entries = ["services/web/host2:c1:80": "192.0.2.11:80"] }
        try await runOnce(
            url, TestCatalog([web]), settings: BackendSettings(deregistersAtEnd: deregisters), registry: registry)
        #expect(registry.entries.count == (deregisters ? 1 : 2))
        #expect(registry.state.withLock { $0.isClosed })
    }

    @Test("A server that is not there is told, with its place and without the program's own words")
    func unreachable() async throws {
        for (url, place) in [
            ("consul://127.0.0.1:1", "Consul at 127.0.0.1:1"), ("etcd://[::1]:1/p", "etcd at [::1]:1"),
        ] {
            try await withBackend(url, TestCatalog([web]), clock: clock) { log in
                let status = await log.first { $0.lastError != nil }
                #expect(!status.isConnected)
                #expect(status.lastError?.hasPrefix("\(place) cannot be reached: ") == true, "\(status)")
            }
        }
    }
}
