import CairnCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import CairnDNS

@Suite("Where the server listens")
struct ListeningTests {
    @Test("A taken port is waited for, and keeps nothing else waiting")
    func taken() async throws {
        let blocker = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(blocker.localAddress?.port)
        let wanted = DNSListenAddress(host: Running.loopback, port: port)
        let (statuses, continuation) = AsyncStream.makeStream(of: DNSListenStatus.self)
        let view = Fixture.threeStates.view
        let server = DNSServer(
            settings: .standard, listen: [wanted, Running.anyPort],
            retry: .init(first: .milliseconds(20), longest: .milliseconds(40)), view: { view },
            onStatus: { continuation.yield($0) }, logger: Running.quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var hasFailed = false
            var other: Int?
            for await status in statuses {
                switch status.state {
                case .waiting(let error, _):
                    #expect(status.address == wanted && error.code == .io && error.hint != nil)
                    #expect(error.message.contains("the port is taken"))
                    hasFailed = true
                case .listening(let port): if status.address == Running.anyPort { other = port }
                case .stopped: break
                }
                if hasFailed, other != nil { break }
            }
            let address = DNSListenAddress(host: Running.loopback, port: try #require(other))
            #expect(try await DNSClient.query("web.service.cairn", .a, at: address).answers.count == 2)
            try await blocker.close()
            for await status in statuses where status.address == wanted {
                if case .listening = status.state { break }
            }
            #expect(try await DNSClient.query("web.service.cairn", .a, at: wanted).answers.count == 2)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test("An address that no interface has is reported as that")
    func missing() async throws {
        let absent = DNSListenAddress(host: try #require(IPAddress("192.0.2.77")), port: 0)
        let (statuses, continuation) = AsyncStream.makeStream(of: DNSListenStatus.self)
        let view = Fixture().view
        let server = DNSServer(
            settings: .standard, listen: [absent], view: { view }, onStatus: { continuation.yield($0) },
            logger: Running.quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var iterator = statuses.makeAsyncIterator()
            guard case .waiting(let error, let delay) = await iterator.next()?.state else {
                Issue.record("it was not reported")
                return
            }
            #expect(error.message.contains("no interface") && delay == .seconds(1))
            group.cancelAll()
            try await group.waitForAll()
            #expect(await iterator.next()?.state == .stopped)
        }
    }

    @Test("The graceful shutdown ends it, with connections open")
    func shutdown() async throws {
        let (statuses, continuation) = AsyncStream.makeStream(of: DNSListenStatus.self)
        let view = Fixture().view
        let server = DNSServer(
            settings: .standard, listen: [Running.anyPort], view: { view }, onStatus: { continuation.yield($0) },
            logger: Running.quiet)
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                let address = DNSListenAddress(host: Running.loopback, port: try await Running.port(statuses))
                let connection = try await RawConnection(to: address)
                #expect(try await DNSClient.query("cairn", .soa, at: address, over: .tcp).answers.count == 1)
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
                await connection.closed()
            }
        }
    }
}
