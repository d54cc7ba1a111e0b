import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Discovery among enemies")
    struct DiscoveryHostile {
        @Test("Malformed DNS packets, oversized and broken HTTP requests: refused, and everybody else is answered")
        func malformed() async throws {
            try await TestHost.run { host in
                try await host.withDiscovery { daemon in
                    try await host.cairn("services:register", "known", "--address", "198.51.100.1", "--port", "1")
                        .check()
                    #expect(try await host.turns("known", "passing"))
                    let process = daemon.processID
                    try await datagrams(host)
                    try await streams(host)
                    try await requests(host)
                    #expect(daemon.processID == process)
                    #expect(try await host.dig("known.service.cairn").values == ["198.51.100.1"])
                    #expect(try await host.passing("known") == ["198.51.100.1:1"])
                }
            }
        }

        /// Headers of DNS: an id, flags, and the counts of the four sections.
        private func datagrams(_ host: TestHost) async throws {
            let one = #"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"#
            let packets = [
                "", #"\x00"#, #"\x12\x34\x01\x00\x00\x01"#,
                // Counts of 65535 with nothing behind.
                #"\x12\x34\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff"#,
                // A name that points to itself, one that points behind the end, a label that is longer than the packet.
                one + #"\xc0\x0c\x00\x01\x00\x01"#, one + #"\xc0\xff\x00\x01\x00\x01"#,
                one + #"\x3fabc\x00\x01\x00\x01"#,
                // A label of the reserved kind, and a name longer than 255 bytes.
                one + #"\x80abc\x00\x00\x01\x00\x01"#,
                one + String(repeating: #"\x3f"# + String(repeating: "a", count: 63), count: 5)
                    + #"\x00\x00\x01\x00\x01"#,
                // A response, and an opcode that nobody has.
                #"\x12\x34\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x01\x00\x01"#,
                #"\x12\x34\x79\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x01\x00\x01"#,
            ]
            for packet in packets {
                try await host.run(
                    "/bin/bash", ["-c", "printf '\(packet)' > /dev/udp/127.0.0.1/\(host.dnsPort)"]
                ).check()
                #expect(try await host.dig("known.service.cairn").values == ["198.51.100.1"], "after \(packet)")
            }
            #expect(try await host.dig("known.service.cairn", options: ["+opcode=notify"]).status == "NOTIMP")
            #expect(try await host.dig("known.service.cairn", options: ["+edns=1", "+noednsneg"]).status == "BADVERS")
            #expect(try await host.dig("known.service.cairn", "ANY", options: ["-c", "CH"]).status == "REFUSED")
            #expect(try await host.dig("cairn", "AXFR").values == [])
        }

        /// Over TCP, messages with a length that is too small, too great, or never comes true.
        private func streams(_ host: TestHost) async throws {
            for text in ["\u{0}\u{0}", "\u{0}\u{1}\u{0}", "\u{7f}\u{7f}abc", "GET / HTTP/1.1\r\n\r\n"] {
                let connection = try RawConnection(port: host.dnsPort)
                connection.send(text)
                #expect(try await host.dig("known.service.cairn", options: ["+tcp"]).values == ["198.51.100.1"])
            }
        }

        private func requests(_ host: TestHost) async throws {
            let large = host.home + "/large"
            try Data(repeating: UInt8(ascii: "x"), count: 8 << 20).write(to: URL(fileURLWithPath: large))
            let pair = try await host.catalog("/v1/kv/large", "PUT", body: "@" + large)
            #expect(pair.status == 413, "\(pair)")
            #expect(try await host.catalog("/v1/agent/service/register", "PUT", body: "@" + large).status == 413)
            #expect(try await host.catalog("/v1/kv/large").status == 404)
            for body in [
                "{bad", "[]", #"{"ID": "x"}"#, #"{"Name": "x", "Port": "1"}"#, String(repeating: "[", count: 4000),
            ] {
                let reply = try await host.catalog("/v1/agent/service/register", "PUT", body: body)
                #expect(reply.status == 400 && reply.body.utf8.count < 1000, "\(body.prefix(40)): \(reply)")
            }
            // A command that this host would run.
            let check = #"{"Name": "x", "Check": {"Args": ["touch", "/tmp/owned"], "Interval": "1s"}}"#
            let script = try await host.catalog("/v1/agent/service/register", "PUT", body: check)
            #expect(script.status == 500 && script.body.contains("Scripts are disabled"), "\(script)")
            let long = try await host.catalog("/v1/kv/" + String(repeating: "a", count: 20_000))
            #expect([400, 414].contains(long.status), "\(long)")
            let header = ["--header", "X-Long: " + String(repeating: "a", count: 100_000)]
            #expect(try await host.catalog("/v1/status/leader", options: header).status != 200)
            #expect(try await host.catalog("/v1/agent/service/register", "POST").status == 405)
            #expect(try await host.catalog("/v1/nothing").status == 404)
            #expect(try await host.instances(of: "x") == [])
            // Pages of other sites, in a browser of this host.
            let name = ["--header", "Host: evil.example.com"]
            #expect(try await host.catalog("/v1/catalog/services", options: name).status == 403)
            let page = ["--header", "Origin: https://evil.example.com"]
            #expect(try await host.catalog("/v1/catalog/services", options: page).status == 403)
        }

        @Test(
            "Elsewhere than on loopback, HTTP needs the token",
            .enabled("needs the engine's bridge") { BridgeNameServer.address != nil })
        func token() async throws {
            try await TestHost.run { host in
                let gateway = BridgeNameServer.address ?? ""
                let port = try FreePort.next()
                let token = "0123456789abcdef0123456789abcdef"
                func status(_ options: [String] = []) async throws -> Int {
                    try await host.request(
                        "/v1/status/leader", host: gateway, port: port,
                        options: ["--resolve", "\(gateway):\(port):\(gateway)"] + options
                    )
                    .status
                }
                try await host.withDiscovery { _ in
                    try await host.cairn(
                        "discovery:set", "--global", "http-listen", "127.0.0.1:\(host.httpPort) \(gateway):\(port)"
                    ).check()
                    let listens = try await eventually { try await status() == 403 }
                    #expect(listens)
                    #expect(try await status(["--header", "X-Consul-Token: \(token)"]) == 403)
                    try await host.cairn("discovery:set", "--global", "http-token", token).check()
                    let isLetIn = try await eventually {
                        try await status(["--header", "X-Consul-Token: \(token)"]) == 200
                    }
                    #expect(isLetIn)
                    #expect(try await status(["--header", "Authorization: Bearer \(token)"]) == 200)
                    #expect(try await status() == 403)
                    #expect(try await status(["--header", "X-Consul-Token: \(token)0"]) == 403)
                    #expect(try await host.catalog("/v1/status/leader").status == 200)
                    let isReported = try await eventually {
                        try await host.cairnJSON("services:report")["servers"].items.contains {
                            $0["name"].string == "\(gateway):\(port)" && $0["well"] == true
                        }
                    }
                    #expect(isReported)
                }
            }
        }
    }
}
