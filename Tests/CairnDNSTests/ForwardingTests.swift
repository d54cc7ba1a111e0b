import CairnCore
import NIOCore
import NIOPosix
import Testing

@testable import CairnDNS

@Suite("Asking others")
struct ForwardingTests {
    /// Another server, which knows `db.example.com`-like names under `com`.
    private func withOther<Result: Sendable>(
        _ body: (DNSListenAddress) async throws -> Result
    ) async throws -> Result {
        var other = Fixture()
        other.settings = try DNSSettings(domains: ["com"])
        for last in 1...100 { other.add("big", "10.8.0.\(last)", 80) }
        try other.addCopy(of: "example", 1, "db", 1, "198.51.100.7", 5432)
        return try await Running.server(other) { address, _ in try await body(address) }
    }

    /// A port at which nobody answers, for as long as the body runs.
    private func withSilence<Result>(_ body: (DNSListenAddress) async throws -> Result) async throws -> Result {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        let result = try await body(DNSListenAddress(host: Running.loopback, port: port))
        try await channel.close()
        return result
    }

    @Test(
        "Other names are asked of the recursor, and its answer passed on", arguments: [DNSClient.Transport.udp, .tcp])
    func forwards(transport: DNSClient.Transport) async throws {
        try await withOther { other in
            var fixture = Fixture.threeStates
            fixture.settings.recursors = [other]
            try await Running.server(fixture) { address, server in
                let message = try await DNSClient.query("db.example.com", .a, at: address, over: transport)
                #expect(message.answers.map(\.text) == ["198.51.100.7"])
                #expect(message.isRecursionAvailable)
                #expect(server.counters[.forwarded] == 1)
                let own = try await DNSClient.query("web.service.cairn", .a, at: address, over: transport)
                #expect(own.answers.count == 2 && own.isRecursionAvailable && own.isAuthoritative)
            }
        }
    }

    @Test("What the recursor cut short is whole over TCP")
    func truncated() async throws {
        try await withOther { other in
            var fixture = Fixture()
            fixture.settings.recursors = [other]
            try await Running.server(fixture) { address, _ in
                let part = try await DNSClient.query(
                    "big.service.com", .a, at: address, over: .udp, payloadSize: nil)
                #expect(part.isTruncated)
                let whole = try await DNSClient.query("big.service.com", .a, at: address, payloadSize: nil)
                #expect(whole.answers.count == 100)
            }
        }
    }

    @Test("An alias is followed for those who wish it")
    func alias() async throws {
        try await withOther { other in
            var fixture = Fixture()
            fixture.add("db", "db.example.com", 5432)
            fixture.settings.recursors = [other]
            try await Running.server(fixture) { address, _ in
                let message = try await DNSClient.query("db.service.cairn", .a, at: address)
                #expect(message.answers.map(\.text) == ["db.example.com.", "198.51.100.7"])
            }
        }
    }

    @Test("One recursor after the other is asked; when none answers in time that is a failure")
    func dead() async throws {
        try await withSilence { silent in
            var fixture = Fixture()
            fixture.settings.recursors = [silent]
            fixture.settings.recursorTimeout = .milliseconds(100)
            try await Running.server(fixture) { address, server in
                let message = try await DNSClient.query("db.example.com", .a, at: address, over: .udp)
                #expect(message.code == .serverFailure && message.isRecursionAvailable)
                #expect(server.counters[.unanswered] == 1)
            }
            try await withOther { other in
                fixture.settings.recursors = [silent, other]
                try await Running.server(fixture) { address, _ in
                    let message = try await DNSClient.query("db.example.com", .a, at: address, over: .udp)
                    #expect(message.answers.count == 1)
                }
            }
        }
    }

    @Test(
        "Nobody else has others asked: only this host, its apps and private networks",
        arguments: [
            ("127.0.0.1", true), ("192.168.1.5", true), ("fd00::5", true), ("203.0.113.5", false),
            ("2001:db8::5", false),
        ])
    func clients(source: String, isServed: Bool) throws {
        var fixture = Fixture()
        fixture.settings.recursors = [Running.anyPort]
        let view = fixture.view
        let responder = DNSResponder(settings: fixture.settings) { view }
        var random = ShuffleGenerator(seed: 1)
        let packet = DNSQuestion(name: try #require(DNSName("example.com")), type: .a).packet(id: 1)
        let origin = DNSResponder.Origin(source: try #require(IPAddress(source)), transport: .udp)
        switch responder.respond(to: packet, from: origin, &random) {
        case .forward: #expect(isServed)
        case .reply(let bytes):
            #expect(!isServed)
            let message = try DNSMessage(parsing: bytes)
            #expect(message.code == .refused && !message.isRecursionAvailable)
        case .none: Issue.record("there was no answer")
        }
    }
}
