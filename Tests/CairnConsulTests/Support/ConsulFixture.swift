import CairnCatalog
import CairnCore
import CairnStore
import Logging
import ServiceLifecycle

@testable import CairnConsul

/// A server that really listens, on an empty catalog.
struct ConsulFixture: Sendable {
    let store: Store
    let feed: CatalogFeed
    let client: TestClient

    let logger: Logger
    /// How many requests wait, each time that it changes.
    let waiters: AsyncStream<Int>

    /// The name of this host in the catalog.
    var node: String { feed.snapshot.ownNode }

    private static var quietLogger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    func refresh() throws { feed.publish(try store.catalog()) }

    /// Serves while `body` runs, then ends gracefully.
    static func serve(
        _ settings: ConsulSettings = ConsulSettings(listeners: [.init(port: 0)]), reserved: Set<String> = [],
        _ body: (ConsulFixture) async throws -> Void
    ) async throws {
        let file = try StoreFile()
        let (store, feed) = (file.store, CatalogFeed(try file.store.catalog()))
        let (ports, found) = AsyncStream<Int>.makeStream()
        let (waiters, waiting) = AsyncStream<Int>.makeStream()
        let logger = quietLogger
        let server = ConsulServer(
            settings: settings, store: store, feed: feed, isReserved: { reserved.contains($0) },
            refresh: { feed.publish(try store.catalog()) },
            onStatus: { if case .listening(_, let port) = $0 { found.yield(port) } },
            onWaiters: { waiting.yield($0) }, logger: logger)
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { return }
            let fixture = ConsulFixture(
                store: store, feed: feed, client: TestClient(port: port), logger: logger, waiters: waiters)
            do { try await body(fixture) } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        // The file has to outlive the server.
        withExtendedLifetime(file) {}
    }

    /// Registers the service of most tests.
    func registerWeb(_ id: String = "host1:web.1:80", port: Int = 8001, status: String = "passing") async throws {
        let answer = try await client.put(
            "/v1/agent/service/register",
            """
            {"ID":"\(id)","Name":"web","Tags":["v1","primary"],"Address":"10.1.0.1","Port":\(port),
             "Meta":{"region":"us2"},"Check":{"TTL":"60s","Status":"\(status)"}}
            """)
        guard answer.status == 200 else { throw CairnError(.io, "registering failed: \(answer.text)") }
    }
}

extension JSONValue {
    subscript(_ names: String...) -> JSONValue? {
        names.reduce(self as JSONValue?) { value, name in
            if case .object(let members)? = value { members[name] } else { nil }
        }
    }

    subscript(_ index: Int) -> JSONValue? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    var count: Int {
        switch self {
        case .array(let elements): elements.count
        case .object(let members): members.count
        default: 0
        }
    }

    /// Without the members that differ from run to run.
    func without(_ names: Set<String>) -> JSONValue {
        switch self {
        case .object(let members):
            .object(members.filter { !names.contains($0.key) }.mapValues { $0.without(names) })
        case .array(let elements): .array(elements.map { $0.without(names) })
        default: self
        }
    }
}

extension ConsulFixture {
    /// Returns when so many requests wait.
    func waitForWaiters(_ count: Int) async { for await waiting in waiters where waiting == count { return } }
}
