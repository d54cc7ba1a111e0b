import CairnCatalog
import CairnCore
import Foundation
import HTTPTypes
import Synchronization

/// How long a request will wait for what it asks about to change, as told by `index` and `wait`,
/// https://developer.hashicorp.com/consul/api-docs/features/blocking.
struct Blocking: Sendable, Equatable {
    /// What the client knows already; 0 does not wait.
    var index: UInt64
    var wait: Duration

    static let standardWait = Duration.seconds(300)
    static let maximumWait = Duration.seconds(600)

    init(index: UInt64, wait: Duration) {
        self.index = index
        self.wait = wait
    }

    init(_ query: Query) throws(HTTPRefusal) {
        index = try query.number("index", otherwise: .bad("Invalid index")) ?? 0
        wait = Self.standardWait
        guard let text = query["wait"] else { return }
        guard let duration = Duration(go: text), duration >= .zero else { throw .bad("Invalid wait time") }
        // Consul takes 0 for absent.
        if duration > .zero { wait = min(duration, Self.maximumWait) }
    }

    /// With up to a sixteenth more, so that clients which came together do not return together.
    var spreadWait: Duration { wait + wait / 16 * Double.random(in: 0...1) }
}

/// How many requests wait.
final class WaiterLimit: Sendable {
    let maximum: Int
    private let waiting = Mutex(0)
    private let onChange: @Sendable (Int) -> Void

    init(_ maximum: Int, onChange: @escaping @Sendable (Int) -> Void) {
        self.maximum = maximum
        self.onChange = onChange
    }

    var count: Int { waiting.withLock { $0 } }

    /// - Throws: 429 when as many wait as may; `leave()` has to follow otherwise.
    func enter() throws(HTTPRefusal) {
        let isIn = waiting.withLock { count in
            guard count < maximum else { return false }
            count += 1
            onChange(count)
            return true
        }
        if !isIn { throw refusal }
    }

    /// - Throws: 429 when as many wait as may.
    func checkRoom() throws(HTTPRefusal) {
        if count >= maximum { throw refusal }
    }

    private var refusal: HTTPRefusal {
        HTTPRefusal(
            .tooManyRequests, "Too many requests wait already (\(maximum)): ask again later, or without an index")
    }

    func leave() {
        waiting.withLock { count in
            count -= 1
            onChange(count)
        }
    }
}

extension Directory {
    /// Answers from the catalog, once what the topic stands for is newer than what the client knows.
    func read(
        _ request: ConsulRequest, _ topic: CatalogFeed.Topic, _ answer: (CatalogSnapshot) throws -> JSONValue
    ) async throws -> Reply {
        let headers = try readHeaders(request)
        let blocking = try Blocking(request.query)
        try await wait(request, blocking) {
            feed.index(of: topic)
        } on: {
            topic
        }
        let snapshot = feed.snapshot
        var reply = Reply.json(try answer(snapshot))
        reply.headers = headers
        let index = if case .service(let name) = topic { snapshot.index(of: name) } else { snapshot.index }
        reply.headers[.consulIndex] = String(index)
        return reply
    }

    /// Waits until the counter is beyond what the client knows, or its time is over.
    ///
    /// - Parameters:
    ///   - index: The counter as it is now.
    ///   - topic: What to wait on for the counter to change.
    func wait(
        _ request: ConsulRequest, _ blocking: Blocking, until index: @Sendable () throws -> UInt64,
        on topic: @Sendable () -> CatalogFeed.Topic
    ) async throws {
        guard blocking.index > 0, try index() <= blocking.index else { return }
        try waiters.enter()
        defer { waiters.leave() }
        let end = ContinuousClock.now + blocking.spreadWait
        while true {
            let topic = topic()
            // Taken before the counter is read: what changes in between ends the wait.
            let seen = feed.index(of: topic)
            let left = end - .now
            if try index() > blocking.index || left <= .zero { return }
            // A client that knows more than there is gets the truth only when its time is over.
            let isEnding = try await departures.wait(on: request.channel) { [feed] in
                await feed.wait(for: topic, beyond: seen, atMost: left)
            }
            if isEnding { return }
        }
    }

    /// The headers that every read has. Consul's clients fail without those of them that are numbers.
    func readHeaders(_ request: ConsulRequest, hasConsistency: Bool = true) throws(HTTPRefusal) -> HTTPFields {
        let query = request.query
        if let datacenter = query["dc"], !datacenter.isEmpty, datacenter != settings.datacenter {
            throw .failed("No path to datacenter")
        }
        let isStale = query.has("stale")
        let isConsistent = query.has("consistent")
        if isStale && isConsistent {
            throw .bad("Cannot specify ?stale with ?consistent, conflicting semantics.")
        }
        var headers: HTTPFields = [.consulKnownLeader: "true", .consulLastContact: "0"]
        // All answers are as fresh as can be; the header repeats what was asked for.
        if hasConsistency { headers[.consulConsistency] = isStale ? "stale" : isConsistent ? "consistent" : "leader" }
        return headers
    }
}
