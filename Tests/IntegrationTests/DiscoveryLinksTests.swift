import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Glibc
import Testing

extension HostTests {
    @Suite("Links between apps")
    struct DiscoveryLinks {
        @Test("A link is a variable and a way; it follows ports, names and ends; an open app needs none")
        func story() async throws {
            try await TestHost.run { host in
                let pair = try await LinkedPair(host)
                #expect(try await pair.fetch("web.billing") == "no address")
                #expect(try await pair.reaches(host.addresses(of: "billing")[0]) == false)

                try await host.cairn("links:add", "shop", "billing").check()
                #expect(try await pair.variable() == "http://web.billing:5000")
                #expect(try await host.execute("echo $BILLING_URL", in: pair.shop()) == "http://web.billing:5000\n")
                #expect(try await pair.fetch("web.billing").hasSuffix("one billing web.1 v1"))
                let links = try await host.cairnJSON("links:list", "shop").items
                #expect(links.map { $0["variable"].string } == ["BILLING_URL"])
                #expect(links.map { $0["to"].string } == ["billing"])
                let twice = try await host.cairn("links:add", "shop", "billing")
                #expect(twice.status != 0 && twice.error.contains("E-NAME-TAKEN"), "\(twice)")
                let itself = try await host.cairn("links:add", "shop", "shop")
                #expect(itself.status != 0 && itself.error.contains("E-INVALID-VALUE"), "\(itself)")

                try await follows(pair)
                try await parts(pair)
                try await opens(pair)
                try await destroyed(pair)
            }
        }

        /// The port and the name of the other app.
        private func follows(_ pair: LinkedPair) async throws {
            let host = pair.host
            let before = try await pair.shop()
            let change = try await host.cairn(
                "ports:set", "billing", "http:\(host.settings.httpPort):6000"
            ).check()
            #expect(change.output.contains("BILLING_URL"), "\(change)")
            #expect(try await pair.variable() == "http://web.billing:6000")
            #expect(try await pair.shop() != before)
            try await host.cairn("ps:restart", "billing").check()
            // The engine's own names lead to the replaced copy too, as long as it drains.
            let isFollowed = try await eventually {
                try await pair.fetch("web.billing", port: 6000).contains(" billing web.1 ")
            }
            #expect(isFollowed)

            try await host.cairn("apps:rename", "billing", "invoices").check()
            #expect(try await pair.variable() == "http://web.invoices:6000")
            #expect(try await pair.fetch("web.invoices", port: 6000).contains(" invoices web.1 "))
        }

        private func parts(_ pair: LinkedPair) async throws {
            let host = pair.host
            try await host.cairn("links:remove", "shop", "BILLING").check()
            #expect(try await host.cairn("config:get", "shop", "BILLING_URL").status == 1)
            #expect(try await pair.fetch("web.invoices", port: 6000) == "no address")
            #expect(try await pair.reaches(host.addresses(of: "invoices")[0], port: 6000) == false)
            #expect(try await host.cairn("links:remove", "shop", "BILLING").error.contains("E-NOT-FOUND"))
            #expect(try await host.cairn("links:add", "shop", "invoices:worker").status != 0)
        }

        private func opens(_ pair: LinkedPair) async throws {
            let host = pair.host
            try await host.cairn("discovery:set", "invoices", "open", "true").check()
            #expect(try await pair.fetch("web.invoices", port: 6000).contains(" invoices web.1 "))
            #expect(
                try await host.cairnJSON("services:resolve", "web.invoices", "--as", "shop")["records"].items.count == 1
            )
            // Also for what is started later.
            try await host.cairn("ps:restart", "shop").check()
            #expect(try await pair.fetch("web.invoices", port: 6000).contains(" invoices web.1 "))
            try await host.cairn("discovery:set", "invoices", "open", "false").check()
            #expect(try await pair.fetch("web.invoices", port: 6000) == "no address")
            #expect(try await host.cairn("services:resolve", "web.invoices", "--as", "shop").status == 1)
        }

        private func destroyed(_ pair: LinkedPair) async throws {
            let host = pair.host
            try await host.cairn("links:add", "shop", "invoices", "--as", "PAYMENTS").check()
            #expect(
                try await host.cairn("config:get", "shop", "PAYMENTS_URL").check().lines == ["http://web.invoices:6000"]
            )
            let end = try await host.cairn("--force", "apps:destroy", "invoices").check()
            #expect((end.output + end.error).contains("PAYMENTS_URL"), "\(end)")
            #expect(try await host.cairn("config:get", "shop", "PAYMENTS_URL").status == 1)
            #expect(try await host.cairnJSON("links:list").items == [])
            #expect(try await host.request(host: "shop.test.local").status == 200)
        }

        @Test(
            "With the resolver, containers ask Cairn's DNS: only what they are linked to, only copies that are well",
            .enabled("needs port 53 of the engine's bridge") { BridgeNameServer.isFree })
        func resolver() async throws {
            try await TestHost.run { host in
                let gateway = BridgeNameServer.address ?? ""
                try await host.cairn(
                    "discovery:set", "--global", "dns-listen", "127.0.0.1:\(host.dnsPort) \(gateway):53"
                ).check()
                try await host.cairn("discovery:set", "--global", "resolver-address", gateway).check()
                try await host.cairn("apps:create", "shop").check()
                try await host.cairn("discovery:set", "shop", "resolver", "true").check()
                let pair = try await LinkedPair(host)
                try await host.withDiscovery { _ in
                    let answers = try await eventually {
                        try await host.dig("billing.cairn", at: gateway, port: 53).status == "NOERROR"
                    }
                    #expect(answers)
                    #expect(try await pair.look("web.shop.cairn") == host.addresses(of: "shop"))
                    #expect(try await pair.look("web.billing.cairn") == [])
                    try await host.cairn("links:add", "shop", "billing").check()
                    #expect(try await pair.variable() == "http://web.billing.cairn:5000")
                    let address = try host.addresses(of: "billing")
                    let isFound = try await eventually { try await pair.look("web.billing.cairn") == address }
                    #expect(isFound)
                    #expect(try await pair.look("billing.service.cairn") == address)
                    #expect(try await pair.fetch("web.billing.cairn").hasSuffix("one billing web.1 v1"))
                    // The engine's own aliases are known as well.
                    #expect(try await pair.look("web.billing") == address)
                    let container = try await host.container(of: "billing")
                    try await host.engine.pauseContainer(container)
                    let isHidden = try await eventually { try await pair.look("web.billing.cairn") == [] }
                    #expect(isHidden)
                    try await host.engine.unpauseContainer(container)
                    let isBack = try await eventually { try await pair.look("web.billing.cairn") == address }
                    #expect(isBack)
                }
            }
        }
    }
}

/// Two apps, of which one may use the other.
struct LinkedPair {
    let host: TestHost

    init(_ host: TestHost) async throws {
        self.host = host
        try await host.cairn("checks:set", "--global", "wait-to-retire", "0").check()
        for name in ["billing", "shop"] {
            try await SampleApp(name, on: host, files: ["fetch.pl": Self.program]).push().check()
        }
    }

    /// The client's container.
    func shop() async throws -> String { try await host.container(of: "shop") }

    func variable() async throws -> String {
        try await host.cairn("config:get", "shop", "BILLING_URL").check().lines.joined()
    }

    /// What the client's program gets from there, or `no address` or `no connection`.
    func fetch(_ name: String, port: Int = 5000) async throws -> String {
        let output = try await host.execute("perl fetch.pl \(name) \(port)", in: shop())
        return output.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    }

    func reaches(_ address: String, port: Int = 5000) async throws -> Bool {
        try await fetch(address, port: port) != "no connection"
    }

    /// The addresses that programs in the client's container find.
    func look(_ name: String) async throws -> [String] {
        let output = try await host.execute("getent ahostsv4 \(name)", in: shop())
        return Set(output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) })
            .sorted()
    }

    private static let program = #"""
        use strict; use IO::Socket::INET;
        my ($host, $port) = @ARGV;
        unless (gethostbyname $host) { print "no address\n"; exit }
        my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 3);
        unless ($socket) { print "no connection\n"; exit }
        print $socket "GET / HTTP/1.1\r\nHost: $host\r\n\r\n";
        sysread $socket, my $answer, 65536;
        print $answer;
        """#
}

/// The name server's port on the gateway of the engine's bridge, where containers ask.
enum BridgeNameServer {
    static var address: String? {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return nil }
        defer { freeifaddrs(first) }
        for entry in sequence(first: first, next: { $0?.pointee.ifa_next }) {
            guard let entry, String(cString: entry.pointee.ifa_name) == "docker0", let address = entry.pointee.ifa_addr,
                address.pointee.sa_family == sa_family_t(AF_INET)
            else { continue }
            let bits = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
            }
            return IPv4Address(bits: bits).description
        }
        return nil
    }

    /// Whether nobody listens there.
    static var isFree: Bool {
        guard let text = address, let address = IPv4Address(text) else { return false }
        return [SOCK_STREAM, SOCK_DGRAM].allSatisfy { kind in
            let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
            defer { close(descriptor) }
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = in_port_t(53).bigEndian
            name.sin_addr.s_addr = address.bits.bigEndian
            return withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
    }
}
