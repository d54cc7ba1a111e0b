import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Synchronization
import Testing

extension HostTests {
    @Suite("Under load")
    struct Load {
        @Test(
            "Fifty busy connections lose no request over deploys, a rollback and scaling, and old containers stop meanwhile"
        )
        func deploys() async throws {
            try await TestHost.run { host in
                let app = try await deployedApp(host)
                let result = try await underLoad(host, app.domain) {
                    for message in ["two", "three", "four"] {
                        try await app.change(to: message).check()
                        #expect(try await app.get().body.hasPrefix(message + " "))
                        try await expectContainers(1, host)
                    }
                    try await host.cairn("releases:rollback", "web", "v2").check()
                    #expect(try await app.get().body.hasPrefix("two "))
                    try await host.cairn("ps:scale", "web", "web=3").check()
                    try await expectContainers(3, host)
                    try await host.cairn("ps:scale", "web", "web=1").check()
                    try await expectContainers(1, host)
                }
                #expect(result.requests > 100)
                #expect(result.failures == [], "of \(result.requests) requests")
            }
        }

        /// nginx closes idle connections when it reloads, which HTTP allows at any time (RFC 9112, 9.5); a request that is
        /// on its way at that moment meets a closed connection. Clients make such a request again (9.3.1), as these do.
        @Test("A reload for another app's domains costs no client that keeps to HTTP a request")
        func reloads() async throws {
            try await TestHost.run { host in
                let app = try await deployedApp(host)
                let other = try await SampleApp("other", on: host)
                try await other.push().check()
                let tally = try await Visitors.during(count: 8, on: host, domain: app.domain) {
                    for number in 1...4 {
                        try await host.cairn("domains:add", "other", "www\(number).example.com").check()
                        #expect(try await host.request(host: "www\(number).example.com").status == 200)
                    }
                    try await app.change(to: "two").check()
                    try await host.cairn("nginx:set", "other", "client-max-body-size", "2m").check()
                }
                #expect(tally.requests > 100)
                #expect(tally.failures == [], "of \(tally.requests) requests, \(tally.retries) made again")
                // A connection is lost at most once for each reload of a worker.
                #expect(tally.retries <= 8 * 5)
            }
        }

        private func deployedApp(_ host: TestHost) async throws -> SampleApp {
            let app = try await SampleApp("web", on: host)
            try await host.cairn("apps:create", "web").check()
            try await host.cairn("checks:set", "web", "wait-to-retire", "1").check()
            try await app.push().check()
            return app
        }

        private func expectContainers(_ count: Int, _ host: TestHost) async throws {
            let isReached = try await eventually { try await host.containers(of: "web").count == count }
            #expect(isReached, "\(count) containers")
        }

        // MARK: wrk

        /// Does `body` while wrk makes requests as fast as it can, in runs of a few seconds until `body` is done.
        private func underLoad(
            _ host: TestHost, _ domain: String, _ body: () async throws -> Void
        ) async throws -> WrkResult {
            let isOver = Atomic(false)
            async let load: WrkResult = {
                var total = WrkResult()
                repeat { total.add(try await wrk(host, domain)) } while !isOver.load(ordering: .relaxed)
                return total
            }()
            do { try await body() } catch {
                isOver.store(true, ordering: .relaxed)
                throw error
            }
            isOver.store(true, ordering: .relaxed)
            return try await load
        }

        private func wrk(_ host: TestHost, _ domain: String) async throws -> WrkResult {
            let outcome = try await host.run(
                "/usr/bin/wrk",
                [
                    "--threads", "2", "--connections", "50", "--duration", "4s", "--timeout", "60s", "--header",
                    "Host: \(domain)", "http://127.0.0.1:\(host.settings.httpPort)/",
                ]
            ).check()
            return try WrkResult(parsing: outcome.output)
        }
    }
}

/// What wrk's summary says: it names errors only when there are any.
struct WrkResult {
    var requests = 0
    /// Its lines about socket errors and statuses.
    var failures: [String] = []

    init() {}

    init(parsing text: String) throws {
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let line = lines.first(where: { $0.contains(" requests in ") }),
            let count = line.split(separator: " ").first.flatMap({ Int($0) })
        else { throw TestHostError("wrk gave no summary: \(text)") }
        requests = count
        failures = lines.filter { $0.hasPrefix("Socket errors:") || $0.hasPrefix("Non-2xx") }
    }

    mutating func add(_ other: WrkResult) {
        requests += other.requests
        failures += other.failures
    }
}

/// Clients that each keep a connection and make one request after the other. A connection that was used before and is
/// closed before the first byte of an answer is replaced, and the request made again once.
final class Visitors: Sendable {
    struct Tally: Sendable {
        var requests = 0
        var retries = 0
        /// The first hundred; against a host that answers nothing but errors they would be without end.
        var failures: [String] = []

        mutating func note(_ failure: String) {
            if failures.count < 100 { failures.append(failure) }
        }
    }

    private let tally = Mutex(Tally())
    private let isOver = Atomic(false)
    private let ended: AsyncStream<Void>
    private let count: Int

    /// Lets clients visit the domain until `body` is done, also when it fails.
    static func during(
        count: Int, on host: TestHost, domain: String, _ body: () async throws -> Void
    ) async throws -> Tally {
        let visitors = Visitors(count: count, port: host.settings.httpPort, domain: domain)
        do { try await body() } catch {
            _ = await visitors.leave()
            throw error
        }
        return await visitors.leave()
    }

    private init(count: Int, port: Int, domain: String) {
        self.count = count
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        ended = stream
        for _ in 0..<count {
            Thread.detachNewThread { [self] in
                visit(port: port, domain: domain)
                continuation.yield()
            }
        }
    }

    /// Ends all visits.
    private func leave() async -> Tally {
        isOver.store(true, ordering: .relaxed)
        var left = count
        for await _ in ended {
            left -= 1
            if left == 0 { break }
        }
        return tally.withLock { $0 }
    }

    private func visit(port: Int, domain: String) {
        var connection: RawConnection?
        while !isOver.load(ordering: .relaxed) {
            let wasUsed = connection != nil
            guard let current = connection ?? (try? RawConnection(port: port)) else {
                return tally.withLock { $0.note("no connection") }
            }
            connection = current
            var answer = current.get("/", host: domain)
            if answer == nil, wasUsed {
                tally.withLock { $0.retries += 1 }
                connection = try? RawConnection(port: port)
                answer = connection?.get("/", host: domain)
            }
            let status = answer?.status
            let body = answer?.body ?? ""
            tally.withLock { tally in
                tally.requests += 1
                if status != 200 { tally.note("\(status.map(String.init) ?? "closed"): \(body)") }
            }
            if status != 200 || answer?.isLast == true { connection = nil }
        }
    }
}
