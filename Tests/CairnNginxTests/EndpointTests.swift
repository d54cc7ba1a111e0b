import CairnCore
import CairnNginx
import SystemPackage
import Testing

extension RealNginx {
    @Suite("Endpoints") struct EndpointTests {
        @Test(.enabled("needs wrk") { try await shell("/usr/bin/which", ["wrk"]).succeeded })
        func switchingUnderLoadLosesNothing() async throws {
            try await Backends.run(["one", "two"]) { backends in
                try await NginxFixture.run { nginx in
                    try await nginx.serve("a", ["a.example.com"], nil)
                    let key = MappingKey(scheme: .http, hostPort: nginx.http)
                    let sets = [[try backends.endpoint("one")], [try backends.endpoint("two")]]
                    try await nginx.server.setEndpoints([key: sets[0]], for: try app("a"))
                    async let load = shell(
                        "wrk",
                        ["-t2", "-c50", "-d3s", "-H", "Host: a.example.com", "http://127.0.0.1:\(nginx.http)/plain"])
                    let clock = ContinuousClock()
                    let end = clock.now + .milliseconds(2500)
                    var switches = 0
                    while clock.now < end {
                        try await nginx.server.setEndpoints([key: sets[(switches + 1) % 2]], for: try app("a"))
                        switches += 1
                    }
                    let output = try await load.output
                    print("endpoint switches under load: \(switches)\n\(output)")
                    #expect(switches >= 2)
                    #expect(!output.contains("Socket errors") && !output.contains("Non-2xx"))
                    #expect(output.contains("requests in"))
                }
            }
        }

        @Test func requestsGoRoundAndPassOverAContainerThatDoesNotAnswer() async throws {
            try await Backends.run(["one", "two"]) { backends in
                try await NginxFixture.run { nginx in
                    try await nginx.serve("a", ["a.example.com"], nil)
                    let key = MappingKey(scheme: .http, hostPort: nginx.http)
                    let dead = Endpoint(address: IPv4Address(bits: 0x7f00_0001), port: try freePort())
                    let all = [try backends.endpoint("one"), dead, try backends.endpoint("two")]
                    try await nginx.server.setEndpoints([key: all], for: try app("a"))
                    #expect(try await nginx.server.endpoints(for: try app("a")) == [key: all])
                    var seen: [String: Int] = [:]
                    for _ in 0..<24 {
                        let response = try #require(try Client(port: nginx.http).get("a.example.com", "/plain"))
                        #expect(response.status == 200)
                        seen[response.body, default: 0] += 1
                    }
                    #expect(Set(seen.keys) == ["one", "two"])
                    try await nginx.server.setEndpoints([key: []], for: try app("a"))
                    #expect(try Client(port: nginx.http).get("a.example.com")?.status == 503)
                }
            }
        }

        @Test func endpointsOutliveAReloadAndARestart() async throws {
            try await Backends.run(["a", "b"]) { backends in
                try await NginxFixture.run { nginx in
                    try await nginx.serve("a", ["a.example.com"], backends)
                    try await nginx.serve("b", ["b.example.com"], backends)
                    let before = try await nginx.server.endpoints(for: try app("a"))
                    #expect(before.count == 1)
                    await nginx.stop()
                    try await nginx.start()
                    #expect(try await nginx.server.endpoints(for: try app("a")) == before)
                    #expect(try Client(port: nginx.http).get("a.example.com")?.body.hasPrefix("a\n") == true)
                    let key = MappingKey(scheme: .http, hostPort: nginx.http)
                    try await nginx.server.replaceAllEndpoints(
                        EndpointTable([try app("b"): [key: [try backends.endpoint("b")]]]))
                    #expect(try Client(port: nginx.http).get("a.example.com")?.status == 503)
                    #expect(try Client(port: nginx.http).get("b.example.com")?.body.hasPrefix("b\n") == true)
                }
            }
        }

        @Test(
            arguments: [
                ("?app=a", "http:80 10.0.0.256:80\n"), ("?app=a", "http:80 10.0.0.1:0\n"),
                ("?app=a", "http:80 10.0.0.1:65536\n"),
                ("?app=a", "http:80 localhost:80\n"), ("?app=a", "http 10.0.0.1:80\n"),
                ("?app=a", "HTTP:80 10.0.0.1:80\n"),
                ("?app=A;b", "http:80 10.0.0.1:80\n"), ("", "a|b http:80 10.0.0.1:80\n"), ("", "http:80 10.0.0.1:80\n"),
            ])
        func nginxTakesNothingThatIsNotAnEndpoint(query: String, body: String) async throws {
            try await NginxFixture.run { nginx in
                try await nginx.serve("a", ["a.example.com"], nil)
                let key = MappingKey(scheme: .http, hostPort: nginx.http)
                let endpoint = try #require(Endpoint("127.0.0.1:1"))
                try await nginx.server.setEndpoints([key: [endpoint]], for: try app("a"))
                let result = try await shell(
                    "curl",
                    [
                        "-s", "-o", "/dev/null", "-w", "%{http_code}", "--unix-socket",
                        nginx.directory.appending("root/nginx/run/control.sock").string, "-X", "PUT", "--data-binary",
                        body,
                        "http://cairn/endpoints\(query)",
                    ])
                #expect(result.output == "400")
                #expect(try await nginx.server.endpoints(for: try app("a")) == [key: [endpoint]])
            }
        }

        @Test func tableIsReadAndWrittenAsLines() throws {
            let text = "a http:80 10.0.0.1:5000 10.0.0.2:5000\na https:443\nb.c grpc:50051 10.0.0.3:1\n"
            let table = EndpointTable(parsing: text)
            #expect(table.text == text)
            #expect(table[try app("a")][MappingKey(scheme: .https, hostPort: 443)] == [])
            #expect(EndpointTable(parsing: "A http:80 10.0.0.1:1\nx\n\nb ftp:1 10.0.0.1:1\n" + text) == table)
            for bad in ["10.0.0.1", "10.0.0.1:", "10.0.0.1:99999", "::1:80", "10.0.0.1:80 ", "host:80"] {
                #expect(Endpoint(bad) == nil, "\(bad)")
            }
        }
    }
}
