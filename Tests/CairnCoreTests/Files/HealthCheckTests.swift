import CairnCore
import Testing

@Suite("Health checks")
struct HealthCheckTests {
    private func check(_ members: String) throws -> HealthCheck {
        let app = try AppJSON(parsing: #"{"healthchecks": {"web": [{"type": "startup", \#(members)}]}}"#)
        return try #require(app.healthChecks[.web]?.first)
    }

    @Test func theDefaultsAreThoseOfTheFormat() throws {
        let check = try check(#""path": "/""#)
        #expect(check == HealthCheck(probe: .http(HealthCheck.HTTPProbe(path: "/"))))
        #expect(check.attempts == 3)
        #expect(check.timeout == .seconds(5))
        #expect(check.wait == .seconds(5))
        #expect(check.initialDelay == .zero)
        #expect(!check.warnsOnly)
    }

    @Test func readsEveryField() throws {
        let check = try check(
            #"""
            "name": "front", "attempts": 1, "timeout": 10, "wait": 0, "initialDelay": 60, "warn": true,
            "path": "/h?a=%20b", "port": 8080,
            "scheme": "https", "content": "ok", "httpHeaders": [{"name": "X-A", "value": "b c"}],
            "onFailure": {"command": ["sh", "-c", "x"], "url": "https://example.com/hook"}
            """#)
        let http = HealthCheck.HTTPProbe(
            path: "/h?a=%20b", port: 8080, scheme: .https, content: "ok", headers: [.init(name: "X-A", value: "b c")])
        #expect(
            check
                == HealthCheck(
                    name: "front", probe: .http(http), attempts: 1, timeout: .seconds(10), wait: .zero,
                    initialDelay: .seconds(60), warnsOnly: true,
                    onFailure: HealthCheck.FailureAction(command: ["sh", "-c", "x"], url: "https://example.com/hook")))
    }

    @Test(
        "Each way to look has a name of its own",
        arguments: [
            (#""command": ["curl", "a b"]"#, .command(["curl", "a b"]), "command curl 'a b'"),
            (#""listening": true"#, .listening(port: nil), "listening"),
            (#""listening": true, "port": 9000"#, .listening(port: 9000), "listening on port 9000"),
            (#""uptime": 10"#, .uptime(.seconds(10)), "uptime 10s"),
            // Fields at their zero values are as good as absent.
            (#""uptime": 10, "listening": false, "path": "", "command": []"#, .uptime(.seconds(10)), "uptime 10s"),
        ] as [(String, HealthCheck.Probe, String)])
    func probes(members: String, probe: HealthCheck.Probe, name: String) throws {
        let check = try check(members)
        #expect(check.probe == probe)
        #expect(check.name == name)
    }

    @Test(
        "Errors name the field",
        arguments: [
            (#""name": "x""#, " needs exactly one of \"path\", \"command\", \"listening\" and \"uptime\"; it has none"),
            (
                #""path": "/", "uptime": 1"#,
                " needs exactly one of \"path\", \"command\", \"listening\" and \"uptime\"; "
                    + "it has \"path\" and \"uptime\""
            ),
            (#""attempts": 0, "uptime": 1"#, ".attempts must be a whole number from 1 to 1000, not 0"),
            (#""timeout": 0.5, "uptime": 1"#, ".timeout must be a whole number from 1 to 86400, not 0.5"),
            (#""wait": -1, "uptime": 1"#, ".wait must be a whole number from 0 to 86400, not -1"),
            (#""path": "health""#, ".path must be a path that starts with '/'"),
            (#""path": "/a b""#, ".path must be a path"), (#""path": "/\r\nHost: x""#, ".path must be a path"),
            (#""path": "/", "port": 70000"#, ".port must be a whole number from 1 to 65535"),
            (#""path": "/", "scheme": "ftp""#, ".scheme must be \"http\" or \"https\", not \"ftp\""),
            (#""uptime": 1, "content": "x""#, " has \"content\", which means something only beside \"path\""),
            (#""command": "curl x""#, ".command must be an array, not \"curl x\""),
            (#""path": "/", "httpHeaders": [{"name": "a b", "value": "x"}]"#, ".httpHeaders[0] has a name that is not"),
            (
                #""path": "/", "httpHeaders": [{"name": "a", "value": "x\r\ny: z"}]"#,
                ".httpHeaders[0] has a control character"
            ), (#""path": "/", "httpHeaders": [{"name": "a"}]"#, ".httpHeaders[0] needs"),
            (
                #""uptime": 1, "onFailure": {"url": "file:///etc/passwd"}"#,
                ".onFailure.url must be a URL that starts with http:// or https://"
            ), (#""uptime": 1, "warn": 1"#, ".warn must be true or false, not 1"),
        ])
    func refuses(members: String, problem: String) {
        let error = refusal(.invalidFile) { try check(members) }
        #expect(error?.message.hasPrefix("app.json: healthchecks.web[0]\(problem)") == true, "\(error?.message ?? "")")
    }

    @Test func theTypeMustBeGiven() {
        let missing = refusal(.invalidFile) { try AppJSON(parsing: #"{"healthchecks": {"web": [{"path": "/"}]}}"#) }
        #expect(missing?.message == "app.json: healthchecks.web[0] has no \"type\"")
        let unknown = refusal(.invalidFile) {
            try AppJSON(parsing: #"{"healthchecks": {"web": [{"type": "start", "path": "/"}]}}"#)
        }
        #expect(
            unknown?.message.contains("healthchecks.web[0].type must be \"startup\", \"readiness\" or \"liveness\"")
                == true)
    }
}
