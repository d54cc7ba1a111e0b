import CairnCatalog
import CairnCore
import Testing

@testable import CairnDNS

@Suite("Messages (RFC 1035, RFC 6891)")
struct MessageTests {
    private static let header: [UInt8] = [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]

    private func packet(_ name: String, _ type: DNSRecordType = .a, payloadSize: Int? = nil) throws -> [UInt8] {
        DNSQuestion(name: try #require(DNSName(name)), type: type).packet(id: 0x1234, payloadSize: payloadSize)
    }

    /// The code of the answer to those bytes; nil for none.
    private func code(_ bytes: [UInt8], fixture: Fixture = .threeStates) throws -> DNSResponseCode? {
        let view = fixture.view
        let responder = DNSResponder(settings: fixture.settings) { view }
        var random = ShuffleGenerator(seed: 1)
        let origin = DNSResponder.Origin(source: .v4(IPv4Address(bits: 0x7f00_0001)), transport: .udp)
        guard case .reply(let reply) = responder.respond(to: bytes, from: origin, &random) else { return nil }
        #expect(reply.prefix(2) == bytes.prefix(2))
        return try DNSMessage(parsing: reply).code
    }

    @Test("A good query is read, with what the client says of itself")
    func good() throws {
        let read = DNSQuery.read(try packet("Web.service.CAIRN", .srv, payloadSize: 1400))
        guard case .query(let query) = read else {
            Issue.record("\(read)")
            return
        }
        #expect(query.id == 0x1234 && query.question.name.description == "Web.service.CAIRN.")
        #expect(query.question.type == .srv && query.edns?.payloadSize == 1400)
    }

    @Test("What is not even a header, and what is an answer, is met with silence")
    func silence() throws {
        var answer = try packet("web.service.cairn")
        answer[2] |= 0x80
        #expect(try code(answer) == nil)
        #expect(try code([]) == nil)
        #expect(try code(Array(Self.header.prefix(11))) == nil)
    }

    @Test("Names that run in circles, ahead, into the header or beyond the end are format errors")
    func pointers() throws {
        let tail: [UInt8] = [0, 1, 0, 1]
        let names: [[UInt8]] = [
            [0xc0, 12], [0xc0, 14], [0xc0, 0], [0xff, 0xff], [1, 0x61, 0xc0, 12], [0x40, 0], [0x80, 0],
            [63, 0x61], [0xc0],
        ]
        for name in names { #expect(try code(Self.header + name + tail) == .formatError) }
        #expect(throws: DNSFormatError.badPointer) {
            var reader = DNSReader(Self.header + [1, 0x61, 0xc0, 12], at: 12)
            _ = try reader.name()
        }
    }

    @Test("A name of more than 255 bytes is a format error, one of 255 is none")
    func long() throws {
        let label = [UInt8](repeating: 0x61, count: 63)
        func name(_ last: Int) -> [UInt8] {
            (0..<3).flatMap { _ in [63] + label } + [UInt8(last)] + label.prefix(last) + [0]
        }
        #expect(try code(Self.header + name(61) + [0, 1, 0, 1]) == .refused)
        #expect(try code(Self.header + name(62) + [0, 1, 0, 1]) == .formatError)
    }

    @Test("Counts that promise more than there is, none, two, or too many records, and bytes at the end")
    func counts() throws {
        let good = try packet("web.service.cairn", payloadSize: 1232)
        func changed(_ offset: Int, _ value: UInt8) throws -> DNSResponseCode? {
            var bytes = good
            bytes[offset] = value
            return try code(bytes)
        }
        #expect(try code(good) == .noError)
        #expect(try changed(5, 0) == .formatError)
        #expect(try changed(5, 2) == .formatError)
        #expect(try changed(7, 1) == .formatError)
        #expect(try changed(8, 255) == .formatError)
        #expect(try changed(10, 255) == .formatError)
        #expect(try code(good + [0]) == .formatError)
        #expect(try code(good.dropLast()) == .formatError)
    }

    @Test("Other classes, operations and versions of EDNS have their own codes")
    func codes() throws {
        var chaos = try packet("web.service.cairn")
        chaos[chaos.count - 1] = 3
        #expect(try code(chaos) == .refused)
        var notify = try packet("web.service.cairn")
        notify[2] |= 0x20
        #expect(try code(notify) == .notImplemented)
        var version = try packet("web.service.cairn", payloadSize: 1232)
        version[version.count - 5] = 1
        #expect(try code(version) == .badVersion)
        #expect(try code(try packet("web.service.cairn", .opt)) == .formatError)
        let two = Array(try packet("web.service.cairn", payloadSize: 1232))
        var twice = two + two.suffix(DNSEncoder.optLength)
        twice[11] = 2
        #expect(try code(twice) == .formatError)
    }

    private func reply(
        _ fixture: Fixture, _ name: String, _ type: DNSRecordType, payloadSize: Int?, over: DNSTransport = .udp
    ) throws -> (bytes: [UInt8], message: DNSMessage) {
        let view = fixture.view
        let responder = DNSResponder(settings: fixture.settings) { view }
        var random = ShuffleGenerator(seed: 1)
        let origin = DNSResponder.Origin(source: .v4(IPv4Address(bits: 0x7f00_0001)), transport: over)
        let outcome = responder.respond(
            to: try packet(name, type, payloadSize: payloadSize), from: origin, &random)
        guard case .reply(let bytes) = outcome else { throw DNSClientError.noAnswer }
        return (bytes, try DNSMessage(parsing: bytes))
    }

    private var sixty: Fixture {
        var fixture = Fixture()
        fixture.nodes[0].meta = [:]
        for last in 1...60 { fixture.add("web", "10.1.0.\(last)", 8000) }
        return fixture
    }

    @Test("The question comes back letter for letter, and what the client desires with it")
    func echo() throws {
        let reply = try reply(.threeStates, "WEB.Service.CONSUL", .a, payloadSize: nil)
        #expect(reply.message.questions.map(\.name.description) == ["WEB.Service.CONSUL."])
        #expect(reply.message.answers.allSatisfy { $0.name.description == "WEB.Service.CONSUL." })
        #expect(reply.message.isAuthoritative && !reply.message.isRecursionAvailable && !reply.message.hasExtension)
        #expect(reply.message.flags.contains(.recursionDesired))
    }

    @Test("Names are written once, SRV targets in full (RFC 2782)")
    func compression() throws {
        let bytes = try reply(.threeStates, "web.service.cairn", .srv, payloadSize: 1232).bytes
        let target: [UInt8] = [8] + Array("0a010001".utf8) + [4] + Array("addr".utf8)
        let places = bytes.indices.filter { bytes[$0...].starts(with: target) }
        #expect(places.count == 1)
        let domain = [UInt8]([5] + Array("cairn".utf8) + [0])
        // In the question, in two targets, and in the node's name never again.
        #expect(bytes.indices.count { bytes[$0...].starts(with: domain) } == 3)
    }

    @Test("An answer keeps to its length and says so when something is missing; over TCP nothing is")
    func sizes() throws {
        for (payloadSize, isWhole) in [(nil, false), (512, false), (1232, false), (4096, true), (65535, true)] {
            let reply = try reply(sixty, "web.service.cairn", .srv, payloadSize: payloadSize)
            #expect(reply.bytes.count <= min(max(payloadSize ?? 512, 512), 4096))
            #expect(reply.message.isTruncated == !isWhole)
            #expect((reply.message.answers.count == 60) == isWhole)
            #expect(!reply.message.answers.isEmpty)
            #expect(reply.message.hasExtension == (payloadSize != nil))
        }
        let whole = try reply(sixty, "web.service.cairn", .srv, payloadSize: nil, over: .tcp).message
        #expect(whole.answers.count == 60 && whole.additional.count == 60 && !whole.isTruncated)
    }

    @Test("The limit of records counts without EDNS only, and the mark can be left out")
    func answerLimit() throws {
        var fixture = sixty
        fixture.settings.udpAnswerLimit = 3
        var message = try reply(fixture, "web.service.cairn", .a, payloadSize: nil).message
        #expect(message.answers.count == 3 && message.isTruncated)
        fixture.settings.marksTruncation = false
        message = try reply(fixture, "web.service.cairn", .a, payloadSize: nil).message
        #expect(message.answers.count == 3 && !message.isTruncated)
        message = try reply(fixture, "web.service.cairn", .a, payloadSize: 1232).message
        #expect(message.answers.count == 60)
    }

    @Test("Records of all kinds survive the way there and back")
    func roundTrip() throws {
        let name = try #require(DNSName("a.example"))
        let other = try #require(DNSName("b.example"))
        let values: [DNSRecord.Value] = [
            .a(IPv4Address(bits: 0x0102_0304)), .aaaa(IPv6Address(high: 1 << 60, low: 5)),
            .srv(priority: 1, weight: 2, port: 3, target: other), .txt([Array("x=y".utf8), []]), .ns(other),
            .ptr(other), .cname(other),
            .soa(
                .init(
                    server: other, mailbox: name, serial: 1, refresh: 2, retry: 3, expire: 4, minimum: .max)),
            .other(.mx, [0, 1, 0]),
        ]
        var encoder = DNSEncoder(limit: 4096)
        encoder.header(id: 1, flags: [.response])
        let records = values.map { DNSRecord(name: name, ttl: 60, value: $0) }
        encoder.setCount(records.count { encoder.record($0) }, of: 1)
        #expect(try DNSMessage(parsing: encoder.bytes).answers == records)
    }
}
