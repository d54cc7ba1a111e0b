import CairnCatalog
import NIOHPACK
import Synchronization
import Testing

@testable import CairnChecks

@Suite struct TCPProbeTests {
    @Test("Who accepts connections passes", arguments: ["127.0.0.1", "::1", "[::1]", "localhost"])
    func accepts(host: String) async throws {
        let bound = host == "localhost" ? "127.0.0.1" : ProbeAddress(host: host, port: 1).host
        try await StubHTTPServer.run(host: bound, answer: { _ in .init() }) { server in
            let found = await TCPProbe(host: host, port: server.port).run(timeout: .seconds(600))
            #expect(found.status == .passing, "\(found.output)")
        }
    }

    @Test("Who does not is critical")
    func refused() async throws {
        let port = try await closedPort()
        let found = await TCPProbe(host: "127.0.0.1", port: port).run(timeout: .seconds(600))
        #expect(found == ProbeOutcome(.critical, "TCP connect 127.0.0.1:\(port): connection refused"))
    }

    @Test("What is not a place is critical", arguments: [("", 80), ("127.0.0.1", 0), ("127.0.0.1", 70_000)])
    func nowhere(host: String, port: Int) async {
        #expect(await TCPProbe(host: host, port: port).run(timeout: .seconds(600)).status == .critical)
    }

    @Test("IPv6 addresses are shown in brackets")
    func shown() {
        #expect(ProbeAddress(host: "::1", port: 80).description == "[::1]:80")
        #expect(ProbeAddress(host: "[fd00::1]", port: 80).description == "[fd00::1]:80")
        #expect(ProbeAddress(host: "web", port: 80).description == "web:80")
    }
}

@Suite struct GRPCProbeTests {
    private func outcome(
        _ port: Int, service: String = "", tls: GRPCProber.Target.TLS = .off, timeout: Duration = .seconds(20)
    ) async -> ProbeOutcome {
        await GRPCProber().run(
            .init(host: "127.0.0.1", port: port, service: service, tls: tls), timeout: timeout)
    }

    @Test(
        "Only SERVING passes",
        arguments: [
            (UInt8(1), HealthStatus.passing, "SERVING"), (0, .critical, "UNKNOWN"), (2, .critical, "NOT_SERVING"),
            (3, .critical, "SERVICE_UNKNOWN"),
        ])
    func statuses(code: UInt8, expected: HealthStatus, word: String) async throws {
        try await StubGRPCServer.run(.serving(code)) { port, _ in
            #expect(await outcome(port) == ProbeOutcome(expected, "gRPC check 127.0.0.1:\(port): \(word)"))
        }
    }

    @Test("The request is the health protocol's, with the service's name")
    func request() async throws {
        try await StubGRPCServer.run(.serving(1)) { port, requests in
            #expect(await outcome(port, service: "shop.Cart").status == .passing)
            let head = try #require(requests.heads.withLock { $0.first })
            #expect(head.first(name: ":path") == "/grpc.health.v1.Health/Check")
            #expect(head.first(name: "content-type") == "application/grpc")
            #expect(head.first(name: "te") == "trailers")
            #expect(head.first(name: ":scheme") == "http")
            #expect(requests.bodies.withLock { $0 } == [[0, 0, 0, 0, 11, 0x0A, 9] + Array("shop.Cart".utf8)])
        }
    }

    @Test(
        "A server that fails, lacks the service or speaks something else is critical",
        arguments: [
            StubGRPCServer.Answer(status: "5"), StubGRPCServer.Answer(status: "12"),
            StubGRPCServer.Answer(message: [0, 0, 0, 0, 2, 8, 1], status: "13"),
            StubGRPCServer.Answer(message: [1, 0, 0, 0, 2, 8, 1]), StubGRPCServer.Answer(message: [0, 0, 0, 0, 9, 8]),
            StubGRPCServer.Answer(message: [0, 0, 0, 0, 2, 8, 1], httpStatus: "503"),
        ])
    func failures(answer: StubGRPCServer.Answer) async throws {
        try await StubGRPCServer.run(answer) { port, _ in #expect(await outcome(port).status == .critical) }
    }

    @Test("With TLS the certificate counts, unless it is not verified")
    func encrypted() async throws {
        let tls = try await selfSigned(protocols: ["h2"])
        try await StubGRPCServer.run(.serving(1), tls: tls) { port, _ in
            #expect(await outcome(port, tls: .on(verified: true)).status == .critical)
            let found = await outcome(port, tls: .on(verified: false))
            #expect(found.status == .passing, "\(found.output)")
        }
    }

    @Test("A server that is silent, or of HTTP/1.1, or not there, is critical")
    func others() async throws {
        try await StubGRPCServer.run(.init(isSilent: true)) { port, _ in
            let found = await outcome(port, timeout: .milliseconds(200))
            #expect(found == ProbeOutcome(.critical, "gRPC check 127.0.0.1:\(port): no answer within 0.2 s"))
        }
        try await StubHTTPServer.run(answer: { _ in .init() }) { server in
            let found = await outcome(server.port)
            #expect(found.output.hasSuffix("the connection was closed without an answer"), "\(found.output)")
        }
        let port = try await closedPort()
        #expect(
            await outcome(port)
                == ProbeOutcome(.critical, "gRPC check 127.0.0.1:\(port): connection refused"))
    }

    @Test("The answer is read past fields that are not known, and its default is UNKNOWN")
    func messages() {
        let unknownFirst: [UInt8] = [0, 0, 0, 0, 16, 0x12, 2, 1, 2, 0x1D, 1, 2, 3, 4, 0x18, 0x96, 0x01, 8, 1, 0x20, 0]
        #expect(GRPCHealthMessages.status(of: unknownFirst) == .serving)
        #expect(GRPCHealthMessages.status(of: [0, 0, 0, 0, 0]) == .unknown)
        #expect(GRPCHealthMessages.status(of: [0, 0, 0, 0]) == nil)
        #expect(GRPCHealthMessages.status(of: [0, 0, 0, 0, 2, 8, 9]) == nil)
        #expect(GRPCHealthMessages.status(of: [0, 255, 255, 255, 255, 8, 1]) == nil)
        #expect(GRPCHealthMessages.status(of: [0, 0, 0, 0, 3, 0x12, 0xFF, 0x01]) == nil)
    }

    @Test("A long name of a service has a length of two bytes")
    func longNames() {
        let name = String(repeating: "a", count: 200)
        #expect(GRPCHealthMessages.request(service: name) == [0, 0, 0, 0, 203, 0x0A, 0xC8, 0x01] + Array(name.utf8))
        #expect(GRPCHealthMessages.request(service: "") == [0, 0, 0, 0, 0])
    }
}
