import CairnCore
import Testing

@testable import CairnDNS

@Suite("Bytes from anybody")
struct FuzzTests {
    private let responder: DNSResponder
    private let origin = DNSResponder.Origin(source: .v4(IPv4Address(bits: 0x7f00_0001)), transport: .udp)

    init() {
        var fixture = Fixture.threeStates
        fixture.settings.recursors = [DNSListenAddress(host: .v4(IPv4Address(bits: 0x7f00_0001)), port: 9)]
        let view = fixture.view
        responder = DNSResponder(settings: fixture.settings) { view }
    }

    /// Answers, and checks that what is said can be read and is about what was asked.
    private func mustBeAnsweredOrDropped(_ bytes: [UInt8], _ random: inout ShuffleGenerator) throws -> Bool {
        // An answer is read from the same bytes, for the client's sake.
        _ = try? DNSMessage(parsing: bytes)
        switch responder.respond(to: bytes, from: origin, &random) {
        case .none:
            if bytes.count >= 12, bytes[2] & 0x80 == 0 { Issue.record("no answer to \(bytes)") }
            return false
        case .reply(let reply):
            let message = try DNSMessage(parsing: reply)
            if reply.prefix(2) != bytes.prefix(2) || reply.count > 4096 { Issue.record("\(reply) to \(bytes)") }
            return message.code == .noError
        case .forward(let errand):
            let finished = responder.finish(errand, with: .success(bytes))
            if finished.prefix(2) != bytes.prefix(2) { Issue.record("\(finished) to \(bytes)") }
            return false
        }
    }

    @Test("Random bytes are answered or dropped")
    func noise() throws {
        var random = ShuffleGenerator(seed: 1987)
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            // Half of them look like a query at first sight.
            if bytes.count > 12, Bool.random(using: &random) { bytes.replaceSubrange(2..<8, with: [1, 0, 0, 1, 0, 0]) }
            _ = try mustBeAnsweredOrDropped(bytes, &random)
        }
    }

    @Test("Good queries with some bytes changed, cut, doubled or put in are answered or dropped")
    func mutations() throws {
        var random = ShuffleGenerator(seed: 2782)
        let names = [
            "web.service.cairn", "_web._tcp.service.consul", "a.b.c.web.service.dc1.consul", "0a010001.addr.dc1.cairn",
            "host1.node.consul", "1.0.1.10.in-addr.arpa", "example.com", "cairn", "1.web.billing.cairn",
        ]
        let types: [DNSRecordType] = [.a, .srv, .txt, .any, .soa, .ptr, .axfr, .aaaa]
        var good = 0
        for _ in 0..<20_000 {
            let name = try #require(names.randomElement(using: &random).flatMap { DNSName($0) })
            let type = try #require(types.randomElement(using: &random))
            var bytes = DNSQuestion(name: name, type: type).packet(
                id: 7, payloadSize: Bool.random(using: &random) ? 1232 : nil)
            for _ in 0..<Int.random(in: 0...3, using: &random) { mutate(&bytes, &random) }
            if try mustBeAnsweredOrDropped(bytes, &random) { good += 1 }
        }
        // Otherwise only the first lines of the parser were tried.
        #expect(good > 2500)
    }

    @Test("Answers with some bytes changed are read or refused")
    func answers() throws {
        var random = ShuffleGenerator(seed: 1035)
        let name = try #require(DNSName("web.service.cairn"))
        for _ in 0..<10_000 {
            let query = DNSQuestion(name: name, type: .srv).packet(id: 7)
            guard case .reply(var bytes) = responder.respond(to: query, from: origin, &random) else { continue }
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            _ = try? DNSMessage(parsing: bytes)
            _ = DNSExchange.isAnswer(bytes, to: query)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout ShuffleGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeSubrange(place...)
        case 3: bytes.insert(contentsOf: bytes.prefix(place), at: place)
        case 4: bytes.insert(contentsOf: [0xc0, UInt8.random(in: 0...40, using: &random)], at: place)
        default: bytes[place] = 0xff
        }
    }
}
