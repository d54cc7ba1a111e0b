import CairnCore
import CairnNginx
import Testing

extension RealNginx {
    @Suite("What nginx serves") struct ServingTests {
        @Test func eachAppAnswersToItsDomainsAndNothingElseIsAnswered() async throws {
            try await Backends.run(["a", "b"]) { backends in
                try await NginxFixture.run { nginx in
                    for name in ["a", "b"] { try await nginx.serve(name, ["\(name).example.com"], backends) }
                    let client = Client(port: nginx.http)
                    #expect(try client.get("a.example.com")?.body.hasPrefix("a\n") == true)
                    #expect(try client.get("B.EXAMPLE.com.:\(nginx.http)")?.body.hasPrefix("b\n") == true)
                    for stranger in ["c.example.com", "example.com", "127.0.0.1", "a.example.com.evil.com", "_"] {
                        #expect(try client.get(stranger) == nil, "\(stranger)")
                    }
                }
            }
        }

        @Test func wildcardsYieldToExactNamesOfOtherApps() async throws {
            try await Backends.run(["a", "b"]) { backends in
                try await NginxFixture.run { nginx in
                    try await nginx.serve("a", ["*.example.com"], backends)
                    try await nginx.serve("b", ["b.example.com"], backends)
                    let client = Client(port: nginx.http)
                    #expect(try client.get("x.example.com")?.body.hasPrefix("a\n") == true)
                    #expect(try client.get("b.example.com")?.body.hasPrefix("b\n") == true)
                    #expect(try client.get("example.com") == nil)
                }
            }
        }

        @Test func forwardedHeadersAreCairnsWord() async throws {
            try await Backends.run(["a"]) { backends in
                try await NginxFixture.run { nginx in
                    try await nginx.serve("a", ["a.example.com"], backends)
                    let spoofed = [
                        "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Host: evil", "X-Forwarded-Port: 1",
                        "X-Forwarded-Proto: https",
                        "X-Real-IP: 6.6.6.6", "X-Request-Id: mine", "X-Request-Start: 1", "Forwarded: for=6.6.6.6",
                        "Proxy: http://evil", "Upgrade: h2c",
                    ]
                    let host = "a.example.com:\(nginx.http)"
                    let response = try #require(try Client(port: nginx.http).get(host, "/x?y=1", headers: spoofed))
                    let lines = response.body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                    #expect(lines.contains("uri=/x?y=1"))
                    for expected in [
                        "host=\(host)", "x_forwarded_for=127.0.0.1", "x_forwarded_host=\(host)",
                        "x_forwarded_port=\(nginx.http)",
                        "x_forwarded_proto=http", "x_forwarded_ssl=", "x_real_ip=127.0.0.1", "forwarded=", "proxy=",
                        "upgrade=",
                        "connection=",
                    ] {
                        #expect(lines.contains(expected), "\(expected)")
                    }
                    #expect(!lines.contains("x_request_id=mine") && !lines.contains("x_request_id="))
                    #expect(!lines.contains("x_request_start=1") && !lines.contains("x_request_start="))
                }
            }
        }

        @Test func hostHeaderThatDisagreesWithTheRequestLineDoesNotReachTheApp() async throws {
            try await Backends.run(["a"]) { backends in
                try await NginxFixture.run { nginx in
                    try await nginx.serve("a", ["a.example.com"], backends)
                    let text = try Client(port: nginx.http).exchange(
                        "GET http://a.example.com/ HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n")
                    #expect(text.contains("\nhost=a.example.com\n"))
                    let both = try Client(port: nginx.http).exchange(
                        "POST / HTTP/1.1\r\nHost: a.example.com\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                    )
                    #expect(both.hasPrefix("HTTP/1.1 400"))
                }
            }
        }

        @Test func appWithoutContainersAnswers503WithAPageThatSaysSo() async throws {
            try await NginxFixture.run { nginx in
                try await nginx.server.install(
                    VirtualHost(
                        app: try app("a"), domains: [try domain("a.example.com")],
                        mappings: [try mapping("http:\(nginx.http):1")]))
                let response = try #require(try Client(port: nginx.http).get("a.example.com"))
                #expect(response.status == 503)
                #expect(response.headers["x-cairn-error"] == "not-running")
                #expect(response.headers["content-type"] == "text/html; charset=utf-8")
                #expect(response.body.contains("<h1>The app is not running</h1>"))
            }
        }

        @Test func errorPagesAreForNginxsErrorsAndTheAppsOwnPass() async throws {
            try await Backends.run(["a"]) { backends in
                try await NginxFixture.run { nginx in
                    try await nginx.serve("a", ["a.example.com"], backends)
                    let client = Client(port: nginx.http)
                    #expect(try client.get("a.example.com", "/missing")?.body == "the app's own page")
                    #expect(try client.get("a.example.com", "/.cairn/error")?.body.hasPrefix("a\n") == true)
                    let connection = try Connection(port: nginx.http)
                    try connection.send("POST / HTTP/1.1\r\nHost: a.example.com\r\nContent-Length: 2000000\r\n\r\n")
                    let large = try connection.read(until: "</html>")
                    #expect(large.hasPrefix("HTTP/1.1 413") && large.contains("The request is too large"))
                    let nobody = Endpoint(address: IPv4Address(bits: 0x7f00_0001), port: try freePort())
                    try await nginx.server.setEndpoints(
                        [.init(scheme: .http, hostPort: nginx.http): [nobody]], for: try app("a"))
                    let response = try #require(try client.get("a.example.com"))
                    #expect(response.status == 502)
                    #expect(response.headers["x-cairn-error"] == "no-answer")
                    #expect(response.body.contains("The app does not answer"))
                }
            }
        }

        @Test(.enabled("needs python3") { try await shell("python3", ["--version"]).succeeded })
        func webSocketUpgradeReachesTheAppAndBytesFlowBothWays() async throws {
            let script = """
                import socket, sys
                listener = socket.create_server(("127.0.0.1", 0))
                print(listener.getsockname()[1], flush=True)
                connection, _ = listener.accept()
                head = b""
                while b"\\r\\n\\r\\n" not in head: head += connection.recv(4096)
                assert b"Upgrade: websocket" in head and b"Connection: upgrade" in head, head
                connection.sendall(b"HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n")
                while data := connection.recv(4096): connection.sendall(b"<" + data + b">")
                """
            try await NginxFixture.run { nginx in
                try await nginx.serve("a", ["a.example.com"], nil)
                try await withBackground("python3", ["-c", script]) { line in
                    let endpoint = try #require(Endpoint("127.0.0.1:\(line)"))
                    try await nginx.server.setEndpoints(
                        [.init(scheme: .http, hostPort: nginx.http): [endpoint]], for: try app("a"))
                    let connection = try Connection(port: nginx.http)
                    try connection.send(
                        "GET / HTTP/1.1\r\nHost: a.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    #expect(try connection.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101"))
                    try connection.send("hello")
                    #expect(try connection.read(until: ">") == "<hello>")
                    try connection.send("again")
                    #expect(try connection.read(until: ">") == "<again>")
                }
            }
        }

        @Test func appWithoutDomainHasAPortOfItsOwnOrNone() async throws {
            try await Backends.run(["a"]) { backends in
                try await NginxFixture.run { nginx in
                    let port = try freePort()
                    let vhost = VirtualHost(
                        app: try app("a"), domains: [],
                        mappings: [try mapping("http:\(nginx.http):1"), try mapping("http:\(port):1")])
                    #expect(vhost.omission(of: vhost.mappings[0], sharedPorts: nginx.host.sharedPorts) == .noDomain)
                    try await nginx.server.install(vhost)
                    try await nginx.server.setEndpoints(
                        [
                            vhost.mappings[0].key: [try backends.endpoint("a")],
                            vhost.mappings[1].key: [try backends.endpoint("a")],
                        ],
                        for: vhost.app)
                    #expect(try Client(port: port).get("any.name")?.body.hasPrefix("a\n") == true)
                    #expect(try Client(port: nginx.http).get("any.name") == nil)
                    let error = await #expect(throws: CairnError.self) {
                        try await nginx.server.install(
                            VirtualHost(
                                app: try app("b"), domains: [try domain("b.com")],
                                mappings: [try mapping("http:\(port):1")]))
                    }
                    #expect(error?.code == .invalidValue)
                }
            }
        }

        @Test(.enabled("needs curl") { try await shell("curl", ["--version"]).succeeded })
        func grpcMappingSpeaksHTTP2ToTheApp() async throws {
            try await Backends.run(["a"], transport: " http2") { backends in
                try await NginxFixture.run { nginx in
                    let port = try freePort()
                    let vhost = VirtualHost(
                        app: try app("a"), domains: [try domain("a.example.com")],
                        mappings: [try mapping("grpc:\(port):1")])
                    try await nginx.server.install(vhost)
                    try await nginx.server.setEndpoints(
                        [vhost.mappings[0].key: [try backends.endpoint("a")]], for: vhost.app)
                    let result = try await shell(
                        "curl",
                        [
                            "-s", "--http2-prior-knowledge", "--resolve", "a.example.com:\(port):127.0.0.1",
                            "http://a.example.com:\(port)/s",
                        ])
                    #expect(result.output.hasPrefix("a\nuri=/s\n"))
                    #expect(result.output.contains("x_forwarded_for=127.0.0.1\n"))
                }
            }
        }
    }
}
