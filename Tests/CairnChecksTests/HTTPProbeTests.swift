import CairnCatalog
import NIOHTTP1
import Testing

@testable import CairnChecks

@Suite struct HTTPProbeTests {
    typealias Answer = StubHTTPServer.Answer

    private func outcome(
        of url: String, timeout: Duration = .seconds(20), _ change: (inout Check.HTTPProbe) -> Void = { _ in }
    ) async -> ProbeOutcome {
        var probe = Check.HTTPProbe(url: url)
        change(&probe)
        let prober = HTTPProber()
        let outcome = await prober.run(probe, timeout: timeout)
        await prober.close()
        return outcome
    }

    @Test(
        "2xx passes, 429 warns, and everything else is critical",
        arguments: [
            (200, HealthStatus.passing), (204, .passing), (299, .passing), (429, .warning), (302, .critical),
            (404, .critical), (500, .critical), (503, .critical),
        ])
    func statuses(code: Int, expected: HealthStatus) async throws {
        try await StubHTTPServer.run(answer: { _ in Answer(status: .init(statusCode: code)) }) { server in
            #expect(await outcome(of: "http://127.0.0.1:\(server.port)/").status == expected)
        }
    }

    @Test("The output has the request, the status and the first 4 KiB of the body")
    func output() async throws {
        let answer: @Sendable (HTTPRequestHead) -> Answer = { head in
            Answer(body: head.uri == "/long" ? String(repeating: "x", count: 100_000) : "all well")
        }
        try await StubHTTPServer.run(answer: answer) { server in
            let url = "http://127.0.0.1:\(server.port)"
            #expect(
                await outcome(of: "\(url)/")
                    == ProbeOutcome(.passing, "HTTP GET \(url)/: 200 OK Output: all well"))
            let long = await outcome(of: "\(url)/long")
            #expect(long.status == .passing)
            #expect(long.output == "HTTP GET \(url)/long: 200 OK Output: " + String(repeating: "x", count: 4096))
        }
    }

    @Test("The request is what was asked for, and says who asks")
    func request() async throws {
        try await StubHTTPServer.run(answer: { _ in Answer() }) { server in
            _ = await outcome(of: "http://127.0.0.1:\(server.port)/health?deep=1") { probe in
                probe.method = "POST"
                probe.headers = [.init(name: "X-Check", value: "one"), .init(name: "X-Check", value: "two")]
                probe.body = "{}"
            }
            let head = try #require(server.requests.first)
            #expect(head.method == .POST)
            #expect(head.uri == "/health?deep=1")
            #expect(head.headers["X-Check"] == ["one", "two"])
            #expect(head.headers["User-Agent"] == ["Cairn Health Check"])
            #expect(head.headers["Accept"] == ["text/plain, text/*, */*"])
            #expect(head.headers["Host"] == ["127.0.0.1:\(server.port)"])
            #expect(head.headers["Content-Length"] == ["2"])
            #expect(head.headers["Connection"] == ["close"])
        }
    }

    @Test("A check's own headers stand in for the usual ones")
    func ownHeaders() async throws {
        try await StubHTTPServer.run(answer: { _ in Answer() }) { server in
            _ = await outcome(of: "http://127.0.0.1:\(server.port)/") { probe in
                probe.headers = [.init(name: "host", value: "web.example"), .init(name: "user-agent", value: "me")]
            }
            let head = try #require(server.requests.first)
            #expect(head.headers["Host"] == ["web.example"])
            #expect(head.headers["User-Agent"] == ["me"])
        }
    }

    @Test("Redirects are followed when that is asked for, and only then")
    func redirects() async throws {
        let answer: @Sendable (HTTPRequestHead) -> Answer = { head in
            head.uri == "/" ? Answer(status: .found, headers: ["Location": "/there"]) : Answer(body: "there")
        }
        try await StubHTTPServer.run(answer: answer) { server in
            let url = "http://127.0.0.1:\(server.port)/"
            let followed = await outcome(of: url)
            #expect(followed == ProbeOutcome(.passing, "HTTP GET \(url): 200 OK Output: there"))
            #expect(await outcome(of: url) { $0.followsRedirects = false }.status == .critical)
        }
    }

    @Test(
        "A redirect to a file or to a socket is not followed, and one in a circle ends",
        arguments: ["file:///etc/passwd", "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "/"])
    func badRedirects(target: String) async throws {
        let answer: @Sendable (HTTPRequestHead) -> Answer = { _ in
            Answer(status: .found, headers: ["Location": target])
        }
        try await StubHTTPServer.run(answer: answer) { server in
            let found = await outcome(of: "http://127.0.0.1:\(server.port)/")
            #expect(found.status == .critical)
            #expect(!found.output.contains("root:"))
        }
    }

    @Test("The text that the answer must contain is looked for")
    func content() async throws {
        let answer: @Sendable (HTTPRequestHead) -> Answer = { _ in
            Answer(body: String(repeating: " ", count: 10_000) + "ready")
        }
        try await StubHTTPServer.run(answer: answer) { server in
            let url = "http://127.0.0.1:\(server.port)/"
            #expect(await outcome(of: url) { $0.content = "ready" }.status == .passing)
            let missing = await outcome(of: url) { $0.content = "steady" }
            #expect(missing.status == .critical)
            #expect(missing.output.hasPrefix("HTTP GET \(url): 200 OK, but without the text 'steady'"))
        }
    }

    @Test("An answer that never ends has its status all the same")
    func endless() async throws {
        try await StubHTTPServer.run(answer: { _ in Answer(body: "data: 1\n\n", isEndless: true) }) { server in
            let found = await outcome(of: "http://127.0.0.1:\(server.port)/", timeout: .seconds(2))
            #expect(found.status == .passing)
        }
    }

    @Test("No answer in time is critical")
    func silent() async throws {
        try await StubHTTPServer.run(answer: { _ in Answer(isSilent: true) }) { server in
            let url = "http://127.0.0.1:\(server.port)/"
            #expect(
                await outcome(of: url, timeout: .milliseconds(200))
                    == ProbeOutcome(.critical, "HTTP GET \(url): no answer within 0.2 s"))
        }
    }

    @Test("A refused connection is critical at once")
    func refused() async throws {
        let url = "http://127.0.0.1:\(try await closedPort())/"
        #expect(await outcome(of: url) == ProbeOutcome(.critical, "HTTP GET \(url): connection refused"))
    }

    @Test("IPv6 addresses are written in brackets")
    func version6() async throws {
        try await StubHTTPServer.run(host: "::1", answer: { _ in Answer() }) { server in
            #expect(await outcome(of: "http://[::1]:\(server.port)/").status == .passing)
            #expect(server.requests.first?.headers["Host"] == ["[::1]:\(server.port)"])
        }
    }

    @Test(
        "What is not a request over HTTP is not sent",
        arguments: [
            "file:///etc/passwd", "ftp://127.0.0.1/", "unix:///var/run/docker.sock",
            "http+unix://%2Fvar%2Frun%2Fdocker.sock/info", "127.0.0.1:80", "http://", "", "http://127.0.0.1:99999/",
        ])
    func otherSchemes(url: String) async {
        let found = await outcome(of: url)
        #expect(found.status == .critical)
        #expect(found.output.hasPrefix("HTTP GET \(url): "))
    }

    @Test("A method or a header that would change the request's shape is not sent")
    func injection() async throws {
        try await StubHTTPServer.run(answer: { _ in Answer() }) { server in
            let url = "http://127.0.0.1:\(server.port)/"
            #expect(await outcome(of: url) { $0.method = "GET / HTTP/1.1\r\nX: y" }.status == .critical)
            let header = Check.HTTPProbe.Header(name: "X", value: "1\r\nY: 2")
            #expect(await outcome(of: url) { $0.headers = [header] }.status == .critical)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("A certificate that nobody has signed passes only without verification")
    func certificates() async throws {
        let tls = try await selfSigned()
        try await StubHTTPServer.run(tls: tls, answer: { _ in Answer(body: "secret") }) { server in
            let url = "https://127.0.0.1:\(server.port)/"
            let refused = await outcome(of: url)
            #expect(refused.status == .critical)
            #expect(server.requests.isEmpty)
            let passed = await outcome(of: url) { $0.skipsVerification = true }
            #expect(passed == ProbeOutcome(.passing, "HTTP GET \(url): 200 OK Output: secret"))
        }
    }

    @Test("A closed prober answers as well")
    func closed() async {
        let prober = HTTPProber()
        await prober.close()
        #expect(await prober.run(Check.HTTPProbe(url: "http://127.0.0.1/"), timeout: .seconds(1)).status == .critical)
    }
}
