import CairnCatalog
import CairnCore
import CairnDiscovery
import DockerEngine
import Foundation
import Testing

/// Checks by variables: https://gliderlabs.github.io/registrator/latest/user/backends/#consul.
@Suite("Registrator: checks")
struct RegistratorChecksTests {
    private func registration(
        _ env: [String], ports: [(String, String, Int)] = [("80/tcp", "0.0.0.0", 8080)],
        _ settings: RegistratorSettings? = nil
    ) throws -> Registrator.Registration {
        try ContainerFixture(env: env.map { "SERVICE_\($0)" }, published: ports)
            .registration(settings ?? .standard())
    }

    private func declared(_ env: String...) throws -> [Check] {
        Array(try registration(env).checks.dropFirst())
    }

    @Test("HTTP goes to the instance's own address with the times that are given")
    func http() throws {
        let checks = try declared(
            "CHECK_HTTP=/health?full=1", "CHECK_HTTP_METHOD=head", "CHECK_INTERVAL=1m30s", "CHECK_TIMEOUT=500ms",
            "CHECK_INITIAL_STATUS=passing", "CHECK_DEREGISTER_AFTER=10m", "CHECK_SUCCESS_BEFORE_PASSING=2",
            "CHECK_FAILURES_BEFORE_CRITICAL=3")
        let check = try #require(checks.first)
        #expect(checks.count == 1)
        #expect(check.id == "service:host1:c1:80")
        #expect(check.serviceID == "host1:c1:80")
        #expect(check.name == "Service 'web' check")
        #expect(check.status == .passing)
        #expect(
            check.definition
                == Check.Definition(
                    probe: .http(
                        .init(url: "http://192.0.2.10:8080/health?full=1", method: "HEAD", followsRedirects: false)),
                    interval: .seconds(90), timeout: .milliseconds(500), successesBeforePassing: 2,
                    failuresBeforeCritical: 3, deregisterAfter: .seconds(600)))
    }

    @Test("No path can lead to another host", arguments: ["@evil.example/", "evil.example", ":99/", "//evil.example/"])
    func foreignHost(path: String) throws {
        let check = try #require(try declared("CHECK_HTTP=\(path)").first)
        guard case .http(let probe) = check.definition.probe else {
            Issue.record("not an HTTP check")
            return
        }
        #expect(URL(string: probe.url)?.host() == "192.0.2.10")
        #expect(URL(string: probe.url)?.port == 8080)
    }

    @Test("No answer can send a check to another host; the strict rules follow redirects as Consul does")
    func redirects() throws {
        for isStrict in [false, true] {
            let registration = try registration(["CHECK_HTTP=/"], .standard { $0.isStrict = isStrict })
            guard case .http(let probe) = registration.checks.last?.definition.probe else {
                Issue.record("not an HTTP check")
                return
            }
            #expect(probe.followsRedirects == isStrict)
        }
    }

    @Test("A path with blanks is refused with a note")
    func blanks() throws {
        let registration = try registration(["CHECK_HTTP=/a b"])
        #expect(registration.checks.map(\.kind) == ["docker"])
        #expect(registration.notes.contains { $0.kind == .warning && $0.text.contains("CHECK_HTTP") })
    }

    @Test("Each kind")
    func kinds() throws {
        #expect(try declared("CHECK_TCP=true").map(\.definition.probe) == [.tcp(host: "192.0.2.10", port: 8080)])
        #expect(
            try declared("CHECK_GRPC=true", "CHECK_GRPC_USE_TLS=true", "CHECK_TLS_SKIP_VERIFY=false")
                .map(\.definition.probe) == [
                    .grpc(host: "192.0.2.10", port: 8080, service: "", usesTLS: true, skipsVerification: false)
                ])
        #expect(
            try declared("CHECK_HTTPS=/x", "CHECK_TLS_SKIP_VERIFY=1").map(\.definition.probe) == [
                .http(.init(url: "https://192.0.2.10:8080/x", skipsVerification: true, followsRedirects: false))
            ])
        let ttl = try #require(try declared("CHECK_TTL=30s").first)
        #expect(ttl.definition.probe == .ttl(.seconds(30)))
        #expect(ttl.deadline == ttl.since.addingTimeInterval(30))
    }

    @Test("Commands run inside the container, through its shell", arguments: ["CHECK_SCRIPT", "CHECK_CMD"])
    func scripts(key: String) throws {
        let check = try #require(try declared("\(key)=curl $SERVICE_IP:$SERVICE_PORT | grep ok").first)
        #expect(
            check.definition.probe
                == .script(
                    containerID: "c1c1c1", words: ["/bin/sh", "-c", "curl 192.0.2.10:8080 | grep ok"]))
        #expect(check.status == .critical)
        #expect(check.definition.interval == .seconds(10))
    }

    @Test("The first kind of Consul's order counts, and numbered ones come beside it")
    func several() throws {
        let first = try registration(["CHECK_TCP=1", "CHECK_HTTP=/"])
        #expect(first.checks.map(\.kind) == ["docker", "http"])
        #expect(first.notes.contains { $0.text.contains("CHECK_TCP is left out") })
        let checks = try declared(
            "CHECK_TCP=1", "CHECK_2_HTTP=/b", "CHECK_1_HTTP=/a", "CHECK_2_INTERVAL=5s", "CHECK_INTERVAL=7s")
        #expect(checks.map(\.id) == ["service:host1:c1:80:1", "service:host1:c1:80:2", "service:host1:c1:80:3"])
        #expect(checks.map(\.kind) == ["tcp", "http", "http"])
        #expect(checks.map(\.definition.interval) == [.seconds(7), .seconds(7), .seconds(5)])
    }

    @Test("What is said for a port beats what is said for all, also for the kind")
    func specific() throws {
        #expect(try declared("CHECK_HTTP=/", "80_CHECK_TCP=1").map(\.kind) == ["tcp"])
        let strict = try registration(["CHECK_HTTP=/", "80_CHECK_TCP=1"], .strict)
        #expect(strict.checks.map(\.kind) == ["docker", "http"])
    }

    @Test("A check by TCP is not made to a UDP port")
    func udp() throws {
        let registration = try registration(["CHECK_HTTP=/"], ports: [("53/udp", "0.0.0.0", 53)])
        #expect(registration.checks.map(\.kind) == ["docker"])
    }

    @Test("Values that cannot be are told, and the defaults count")
    func nonsense() throws {
        let registration = try registration([
            "CHECK_TCP=1", "CHECK_INTERVAL=soon", "CHECK_TIMEOUT=-1s", "CHECK_INITIAL_STATUS=good",
            "CHECK_DEREGISTER_AFTER=1s", "CHECK_SUCCESS_BEFORE_PASSING=0",
        ])
        let check = try #require(registration.checks.last)
        #expect(check.definition.interval == .seconds(10))
        #expect(check.definition.timeout == .seconds(10))
        #expect(check.definition.deregisterAfter == .seconds(60))
        #expect(check.status == .critical)
        #expect(registration.notes.count { $0.kind == .warning } == 5)
    }

    @Test("IPv6 addresses stand in brackets")
    func ipv6() throws {
        let settings = try RegistratorSettings.standard { $0.hostIPv6 = "2001:db8::10" }
        let registration = try registration(["CHECK_HTTP=/"], ports: [("80/tcp", "::", 8080)], settings)
        #expect(
            registration.checks.last?.definition.probe
                == .http(.init(url: "http://[2001:db8::10]:8080/", followsRedirects: false)))
    }

    // MARK: The engine's own

    @Test(
        "The engine's word is a check of every service",
        arguments: [
            (["Status": "running", "Running": true], .passing, "is running"),
            (["Status": "running", "Running": true, "Health": ["Status": "starting"]], .critical, "starting"),
            (["Status": "running", "Running": true, "Health": ["Status": "healthy"]], .passing, "healthy"),
            (["Status": "running", "Health": ["Status": "unhealthy"]], .critical, "unhealthy"),
            (
                [
                    "Status": "running",
                    "Health": ["Status": "unhealthy", "Log": [["Output": "old"], ["Output": "no\nanswer\n"]]],
                ], .critical, "no\nanswer"
            ),
            (["Status": "paused", "Running": true], .critical, "is paused"),
            (["Status": "restarting", "ExitCode": 3], .critical, "is restarted after it ended with status 3"),
            (["Status": "exited", "ExitCode": 3], .critical, "ended with status 3"),
            (
                ["Status": "exited", "ExitCode": 137, "OOMKilled": true], .critical,
                "ended with status 137: the kernel killed it because its memory was used up"
            ),
        ] as [([String: JSONValue], HealthStatus, String)])
    func engine(state: [String: JSONValue], status: HealthStatus, output: String) throws {
        var web = ContainerFixture(published: [("80/tcp", "0.0.0.0", 8080)], requested: [("80/tcp", "8080")])
        web.state = state
        let registration = try web.registration(.standard())
        let check = try #require(registration.checks.first)
        #expect(registration.services.map(\.line) == ["web | host1:c1:80 | 192.0.2.10:8080"])
        #expect(check.id == Check.engineID(of: "host1:c1:80"))
        #expect(check.definition.probe == .engine)
        #expect(check.status == status)
        #expect(check.output == output)
        #expect(registration.services.first?.status == status)
    }
}
