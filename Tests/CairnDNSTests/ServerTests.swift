import CairnCatalog
import CairnCore
import NIOCore
import NIOPosix
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import CairnDNS

@Suite("The server, over real sockets")
struct ServerTests {
    @Test("It answers over UDP and over TCP", arguments: [DNSClient.Transport.udp, .tcp])
    func answers(transport: DNSClient.Transport) async throws {
        try await Running.server(.threeStates) { address, _ in
            let message = try await DNSClient.query("web.service.cairn", .srv, at: address, over: transport)
            #expect(message.answers.count == 2 && message.isAuthoritative && !message.isRecursionAvailable)
        }
    }

    @Test("What does not fit is fetched over TCP")
    func truncated() async throws {
        var fixture = Fixture()
        for last in 1...200 { fixture.add("web", "10.1.0.\(last)", 8000) }
        try await Running.server(fixture) { address, _ in
            let part = try await DNSClient.query("web.service.cairn", .a, at: address, over: .udp, payloadSize: nil)
            #expect(part.isTruncated && part.answers.count < 200)
            let whole = try await DNSClient.query("web.service.cairn", .a, at: address, payloadSize: nil)
            #expect(!whole.isTruncated && whole.answers.count == 200)
        }
    }

    @Test("Each query sees the catalog of its moment")
    func fresh() async throws {
        let view = Mutex(Fixture.threeStates.view)
        let (statuses, continuation) = AsyncStream.makeStream(of: DNSListenStatus.self)
        let server = DNSServer(
            settings: .standard, listen: [Running.anyPort], view: { view.withLock { $0 } },
            onStatus: { continuation.yield($0) }, logger: Running.quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let address = DNSListenAddress(host: Running.loopback, port: try await Running.port(statuses))
            #expect(try await DNSClient.query("web.service.cairn", .a, at: address).answers.count == 2)
            view.withLock { $0 = Fixture().view }
            #expect(try await DNSClient.query("web.service.cairn", .a, at: address).code == .nameError)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test("It is up after anything that was sent to it")
    func hostile() async throws {
        try await Running.server(.threeStates) { address, _ in
            let socket = try await RawSocket(to: address)
            for bytes: [UInt8] in [[], [1], Array(repeating: 0xff, count: 1400), Array(repeating: 0, count: 12)] {
                try await socket.send(bytes)
            }
            try await socket.close()
            #expect(try await DNSClient.query("web.service.cairn", .a, at: address).answers.count == 2)
        }
    }

    @Test("A flood from one source is not answered, while another source is")
    func flood() async throws {
        var fixture = Fixture.threeStates
        var limit = DNSSettings.RateLimit(perSecond: 1, burst: 20)
        limit.exemptsLoopback = false
        fixture.settings.rateLimit = limit
        try await Running.server(fixture) { address, server in
            let packet = DNSQuestion(name: try #require(DNSName("web.service.cairn")), type: .a).packet(id: 1)
            let flood = try await RawSocket(to: address, from: "127.0.0.2")
            for _ in 1...2000 { try await flood.send(packet) }
            let message = try await DNSClient.query("web.service.cairn", .a, at: address, over: .udp)
            #expect(message.answers.count == 2)
            #expect(server.counters[.limited] > 0)
            try await flood.close()
        }
    }

    @Test("Many queries may be on their way over one connection, and a part of one at its end")
    func pipelining() async throws {
        try await Running.server(.threeStates) { address, _ in
            let connection = try await RawConnection(to: address)
            var bytes: [UInt8] = []
            for id in 1...300 {
                let packet = DNSQuestion(name: try #require(DNSName("web.service.cairn")), type: .a)
                    .packet(id: UInt16(id))
                bytes += [UInt8(packet.count >> 8), UInt8(packet.count & 0xff)] + packet
            }
            try await connection.send(Array(bytes.prefix(7)))
            try await connection.send(Array(bytes.dropFirst(7)) + [0])
            let ids = try await connection.messages(300).map { try DNSMessage(parsing: $0).id }
            #expect(ids == Array(1...300))
            try await connection.close()
        }
    }

    @Test("A connection that sends no whole query is closed")
    func idle() async throws {
        var fixture = Fixture.threeStates
        fixture.settings.connections.idle = .milliseconds(200)
        try await Running.server(fixture) { address, _ in
            let silent = try await RawConnection(to: address)
            let slow = try await RawConnection(to: address)
            // On a busy machine it may be closed already, which is what is wanted.
            try? await slow.send([0, 40, 1])
            await slow.closed()
            await silent.closed()
        }
    }

    @Test("One connection too many is closed, and the others are not")
    func connections() async throws {
        var fixture = Fixture.threeStates
        fixture.settings.connections.perSource = 2
        try await Running.server(fixture) { address, _ in
            let first = try await RawConnection(to: address)
            let second = try await RawConnection(to: address)
            let third = try await RawConnection(to: address)
            await third.closed()
            let packet = DNSQuestion(name: try #require(DNSName("cairn")), type: .soa).packet(id: 1)
            try await second.send([0, UInt8(packet.count)] + packet)
            #expect(try await second.messages(1).count == 1)
            try await second.close()
            try await first.close()
        }
    }

    @Test("A connection has only so many queries")
    func queriesPerConnection() async throws {
        var fixture = Fixture.threeStates
        fixture.settings.connections.queries = 2
        try await Running.server(fixture) { address, _ in
            let connection = try await RawConnection(to: address)
            let packet = DNSQuestion(name: try #require(DNSName("web.service.cairn")), type: .a).packet(id: 1)
            let framed = [UInt8(0), UInt8(packet.count)] + packet
            try await connection.send(framed + framed + framed)
            #expect(try await connection.messages(2).count == 2)
            await connection.closed()
        }
    }
}
