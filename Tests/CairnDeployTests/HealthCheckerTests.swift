import CairnCore
import CairnTestSupport
import DockerEngine
import Subprocess
import Synchronization
import Testing

@testable import CairnDeploy

@Suite("The probes of health checks")
struct HealthCheckerTests {
    /// What a try that is to end by its answer has for it, however busy the machine is.
    private static let patience = Duration.seconds(120)

    /// A checker of a copy on the loopback interface; its engine is not there.
    private func checker(_ port: Int, host: String? = nil) throws -> HealthChecker {
        HealthChecker(
            engine: EngineClient(socketPath: "/nonexistent"), containerID: "c1",
            address: try #require(IPv4Address("127.0.0.1")), port: port, host: host)
    }

    // MARK: When

    @Test("The first try is made at once: a copy that is ready is not waited for")
    func readyAtOnce() async throws {
        try await LocalServer.run({ _ in "" }) { server in
            let clock = SkippingClock()
            let check = HealthCheck(probe: .listening(port: nil), timeout: Self.patience)
            let result = try await checker(server.port).run(check, clock: clock)
            #expect(result == .passed)
            #expect(clock.pauses.isEmpty)
        }
    }

    @Test("The second try comes within 50 ms; then pauses grow up to a second, and end with the check's time")
    func backsOff() async throws {
        let clock = SkippingClock()
        let check = HealthCheck(probe: .listening(port: nil), attempts: 3, timeout: .seconds(5), wait: .seconds(5))
        let result = try await checker(FreePort.next()).run(check, clock: clock)
        #expect(result != .passed)
        let pauses = clock.pauses
        let first = try #require(pauses.first)
        #expect(first <= .milliseconds(50))
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $1 == min($0 * 3 / 2, .seconds(1)) })
        #expect(pauses.last == .seconds(1))
        let total = pauses.reduce(.zero, +)
        #expect(total <= .seconds(25) && total + .seconds(1) > .seconds(25))
    }

    @Test("initialDelay is the pause before the first try, and no part of the check's time")
    func initialDelay() async throws {
        let check = HealthCheck(
            probe: .listening(port: nil), attempts: 1, timeout: .seconds(1), wait: .zero, initialDelay: .seconds(7))
        let clock = SkippingClock()
        try await LocalServer.run({ _ in "" }) { server in
            let result = try await checker(server.port).run(check, clock: clock)
            #expect(result == .passed)
        }
        #expect(clock.pauses == [.seconds(7)])
        let late = SkippingClock()
        _ = try await checker(FreePort.next()).run(check, clock: late)
        #expect(late.pauses.first == .seconds(7))
        let tries = late.pauses.dropFirst().reduce(.zero, +)
        #expect(tries > .milliseconds(500) && tries <= .seconds(1))
    }

    @Test("A check that has passed once is over: what failed before does not count")
    func passesLater() async throws {
        let answers = Mutex(["503 Busy", "503 Busy", "200 OK"])
        try await LocalServer.run({ _ in Self.response(answers.withLock { $0.removeFirst() }, "") }) { server in
            let clock = SkippingClock()
            let check = HealthCheck(probe: .http(.init(path: "/")), timeout: Self.patience)
            let result = try await checker(server.port).run(check, clock: clock)
            #expect(result == .passed)
            #expect(server.requests.count == 3 && clock.pauses.count == 2)
        }
    }

    // MARK: http

    private static func response(_ status: String, _ body: String) -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("http: the path, the app's host, and the headers of the check, on a port of its own")
    func http() async throws {
        try await LocalServer.run({ _ in Self.response("204 No Content", "") }) { server in
            let check = HealthCheck(
                probe: .http(
                    .init(
                        path: "/ready?full=1", port: server.port,
                        headers: [
                            .init(name: "X-Key", value: "open sesame"), .init(name: "user-agent", value: "mine"),
                        ])), timeout: Self.patience)
            let result = try await checker(FreePort.next(), host: "www.example.com").probe(check)
            #expect(result == .passed)
            let lines = try #require(server.requests.first).split(separator: "\r\n").map(String.init)
            #expect(lines.first == "GET /ready?full=1 HTTP/1.1")
            let headers = lines.dropFirst().map { $0.lowercased() }
            #expect(headers.contains("host: www.example.com") && headers.contains("x-key: open sesame"))
            #expect(headers.filter { $0.hasPrefix("user-agent:") } == ["user-agent: mine"])
            #expect(headers.filter { $0.hasPrefix("host:") }.count == 1)
        }
    }

    @Test(
        "http: only 2xx passes, and only with the text that the check asks for",
        arguments: [
            ("200 OK", "all well", "well", nil), ("200 OK", "all", "well", "answered 200, but without the text 'well'"),
            ("301 Moved", "", nil, "answered 301"), ("500 Oops", "", nil, "answered 500"),
            ("403 Forbidden", "no key", "no key", "answered 403: no key"),
        ] as [(String, String, String?, String?)])
    func answers(status: String, body: String, content: String?, failure: String?) async throws {
        try await LocalServer.run({ _ in Self.response(status, body) }) { server in
            let check = HealthCheck(probe: .http(.init(path: "/", content: content)), timeout: Self.patience)
            let expected = failure.map { ProbeResult.failed("GET / on port \(server.port) \($0)") } ?? .passed
            let result = try await checker(server.port).probe(check)
            #expect(result == expected)
        }
    }

    @Test("http: a server that accepts and says nothing fails the try")
    func silence() async throws {
        try await LocalServer.run({ _ in nil }) { server in
            let check = HealthCheck(probe: .http(.init(path: "/")), timeout: .milliseconds(100))
            let expected = "GET / on port \(server.port) got no answer within 0.1 s"
            let result = try await checker(server.port).probe(check)
            #expect(result == .failed(expected))
        }
    }

    // MARK: https

    @Test("https: a certificate that nobody has signed will do; the status and the text are asked for")
    func https() async throws {
        try await TLSServer.run { port in
            for (request, isPassing) in [
                (HealthCheck.HTTPProbe(path: "/", port: port, scheme: .https), true),
                (.init(path: "/", port: port, scheme: .https, content: "Ciphers supported"), true),
                (.init(path: "/", port: port, scheme: .https, content: "no such text"), false),
                (.init(path: "/[1-2]{a,b}", port: port, scheme: .https), true),
                (.init(path: "/", port: try FreePort.next(), scheme: .https), false),
            ] {
                let result = try await checker(FreePort.next()).probe(
                    HealthCheck(probe: .http(request), timeout: Self.patience))
                #expect((result == .passed) == isPassing, "\(request): \(result)")
            }
        }
    }

    @Test("https: nothing that the check holds, and no file of the user's, changes what curl does")
    func curl() throws {
        let probe = HTTPSProbe(
            address: try #require(IPv4Address("10.0.0.2")), port: 8443, path: "/a",
            headers: [("X-Key", "--output x"), ("X-Empty", "")], content: nil)
        #expect(
            probe.arguments(timeout: .milliseconds(1500)) == [
                "--disable", "--globoff", "--silent", "--show-error", "--insecure", "--noproxy", "*", "--proto",
                "=https", "--max-time", "1.5", "--write-out", "\n%{http_code}", "--user-agent", "cairn-health-check",
                "--header", "X-Key: --output x", "--header", "X-Empty;", "--url", "https://10.0.0.2:8443/a",
            ])
        #expect(probe.judge(Array("\n301".utf8)) == .failed("GET /a on port 8443 answered 301"))
        #expect(probe.judge(Array("well\n\n200".utf8)) == .passed)
    }
}

/// A clock for which nobody waits: whoever sleeps moves it on, and the pause is noted.
final class SkippingClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state = Mutex((now: Duration.zero, pauses: [Duration]()))

    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        state.withLock {
            $0.pauses.append(deadline.offset - $0.now)
            $0.now = deadline.offset
        }
    }
}

/// A server with a certificate of its own making, whose pages tell of the connection.
private enum TLSServer {
    static func run(_ body: (Int) async throws -> Void) async throws {
        let scratch = try TemporaryStore()
        let (key, certificate) = (scratch.directory + "/key.pem", scratch.directory + "/cert.pem")
        let made = try await Subprocess.run(
            .name("openssl"),
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=test", "-keyout", key, "-out", certificate,
            ], output: .discarded, error: .discarded)
        try #require(made.terminationStatus.isSuccess)
        let port = try FreePort.next()
        let server = ServerProcess(
            arguments: [
                "/usr/bin/openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-key", key, "-cert", certificate,
                "-www",
            ], log: scratch.directory + "/log")
        defer { server.stop() }
        try await server.start(until: .port(port))
        try await body(port)
    }
}
