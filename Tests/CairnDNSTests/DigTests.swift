import CairnCatalog
import CairnCore
import Subprocess
import Testing

@testable import CairnDNS

/// Debian's `dig`, of the package bind9-dnsutils: what another implementation makes of the answers.
private enum Dig {
    private static var executable: Executable { .name("dig") }

    static func isThere() async -> Bool { (try? await executable.resolveExecutablePath(in: .inherit)) != nil }

    /// What it prints for those arguments.
    static func ask(_ address: DNSListenAddress, arguments: [String]) async throws -> String {
        let result = try await run(
            executable,
            arguments: Arguments(
                ["@\(address.host)", "-p", "\(address.port)", "+tries=1", "+time=5", "+noidnin", "+norec"] + arguments),
            output: .string(limit: 1 << 20), error: .discarded)
        #expect(result.terminationStatus.isSuccess)
        return result.standardOutput
    }
}

@Suite("What dig says", .enabled("needs dig (package bind9-dnsutils)") { await Dig.isThere() })
struct DigTests {
    @Test(
        "It reads every kind of answer",
        arguments: [
            ("web.service.cairn A", ["10.1.0.1", "10.1.0.4"]),
            ("web.service.cairn SRV", ["1 1 8001 0a010001.addr.dc1.cairn.", "1 3 8004 0a010004.addr.dc1.cairn."]),
            ("host1.node.consul TXT", ["\"rack=r1\"", "\"spoken for\""]),
            ("consul SOA", ["ns.consul. hostmaster.consul. 7 3600 600 86400 0"]),
            ("consul NS", ["host1.node.dc1.consul."]),
            ("10.2.0.192.in-addr.arpa PTR", ["host1.node.dc1.cairn."]),
        ])
    func kinds(question: String, expected: [String]) async throws {
        try await Running.server(.threeStates) { address, _ in
            let text = try await Dig.ask(
                address, arguments: ["+short"] + question.split(separator: " ").map(String.init))
            #expect(text.split(separator: "\n").map(String.init).sorted() == expected)
        }
    }

    @Test(
        "It sees the codes that are meant",
        arguments: [
            (["nope.service.cairn"], "NXDOMAIN"), (["web.service.cairn", "AAAA"], "NOERROR"),
            (["example.com"], "REFUSED"), (["web.service.cairn", "CH"], "REFUSED"),
            (["web.service.cairn", "+opcode=notify"], "NOTIMP"),
            (["web.service.cairn", "+edns=1", "+noednsnegotiation"], "BADVERS"),
        ])
    func codes(arguments: [String], code: String) async throws {
        try await Running.server(.threeStates) { address, _ in
            let text = try await Dig.ask(address, arguments: arguments)
            #expect(text.contains("status: \(code)"))
        }
    }

    @Test("It comes to the same with room enough as over TCP")
    func sizes() async throws {
        var fixture = Fixture()
        for last in 1...60 { fixture.add("web", "10.1.0.\(last)", 8000) }
        try await Running.server(fixture) { address, _ in
            func sorted(_ options: String...) async throws -> [Substring] {
                try await Dig.ask(address, arguments: ["+short", "web.service.cairn", "SRV"] + options)
                    .split(separator: "\n").sorted()
            }
            let whole = try await sorted("+tcp")
            #expect(whole.count == 60)
            let inOne = try await sorted("+bufsize=65535")
            let again = try await sorted("+noedns")
            #expect(inOne == whole && again == whole)
        }
    }
}
