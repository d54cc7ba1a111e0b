import CairnCatalog
import CairnCore
import CairnStore
import NIOHTTP1
import Testing

/// https://developer.hashicorp.com/consul/api-docs/agent/service and /check; status codes and texts as Consul 1.8.7 answers.
@Suite("The agent's calls")
struct AgentTests {
    @Test("A registered service is listed in the agent's shape, and registering it again is no news")
    func register() async throws {
        try await ConsulFixture.serve { consul in
            let answer = try await consul.client.put(
                "/v1/agent/service/register",
                #"{"ID":"host1:web.1:80","Name":"web","Tags":["v1"],"Address":"10.1.0.1","Port":8001}"#)
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
            let listed = try await consul.client.json("/v1/agent/services")
            #expect(
                listed["host1:web.1:80"] == [
                    "ID": "host1:web.1:80", "Service": "web", "Tags": ["v1"], "Meta": .object([:]), "Port": 8001,
                    "Address": "10.1.0.1", "Weights": ["Passing": 1, "Warning": 1], "EnableTagOverride": false,
                    "TaggedAddresses": [
                        "lan_ipv4": ["Address": "10.1.0.1", "Port": 8001],
                        "wan_ipv4": ["Address": "10.1.0.1", "Port": 8001],
                    ],
                ])
            let index = consul.feed.snapshot.index
            try await consul.client.put(
                "/v1/agent/service/register",
                #"{"id":"host1:web.1:80","name":"web","tags":["v1"],"address":"10.1.0.1","port":8001}"#)
            #expect(consul.feed.snapshot.index == index)
        }
    }

    @Test(
        "What cannot be registered is refused with Consul's words",
        arguments: [
            ("{}", "Missing service name"), (#"{"ID":"x"}"#, "Missing service name"),
            ("", "Request decode failed: EOF"),
            (#"{"Name":"a","Bogus":1}"#, #"Request decode failed: json: unknown field "Bogus""#),
            (
                #"{"Name":"a","port":"12"}"#,
                "Request decode failed: json: cannot unmarshal string into Go struct field .Port of type int"
            ),
            (#"{"Name":"a","Address":"0.0.0.0"}"#, "Invalid service address"),
            (
                #"{"Name":"a","Check":{"TTL":"2s","Status":"weird"}}"#,
                "Status for checks must 'passing', 'warning', 'critical'"
            ),
            (
                #"{"Name":"a","Check":{"HTTP":"http://10.0.0.1/"}}"#,
                "Invalid check: Interval must be > 0 for Script, HTTP, or TCP checks"
            ),
            (
                #"{"Name":"a","Meta":{"consul-x":"1"}}"#,
                "Invalid Service Meta: Key prefix 'consul-' is reserved for internal use"
            ),
        ])
    func refused(body: String, text: String) async throws {
        try await ConsulFixture.serve { consul in
            let answer = try await consul.client.put("/v1/agent/service/register", body)
            #expect(answer.status == 400)
            #expect(answer.text == text)
            #expect(consul.feed.snapshot.services.isEmpty)
        }
    }

    @Test("Broken JSON is 400, another method 405 with what is allowed, an unknown path 404")
    func badRequests() async throws {
        try await ConsulFixture.serve { consul in
            #expect(try await consul.client.put("/v1/agent/service/register", "{bad").status == 400)
            let answer = try await consul.client.send(.POST, "/v1/agent/service/register", "{}")
            #expect(answer.status == 405)
            #expect(answer.headers.first(name: "Allow") == "OPTIONS,PUT")
            #expect(answer.text == "method POST not allowed")
            #expect(try await consul.client.send(.OPTIONS, "/v1/agent/services").status == 200)
            #expect(try await consul.client.get("/v1/nonsense").status == 404)
            #expect(try await consul.client.put("/v1/agent/service/deregister/nope").status == 200)
        }
    }

    @Test("A TTL check is told how it is, and says so in the health of its service")
    func ttl() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            let id = "service:host1:web.1:80"
            #expect(try await consul.client.put("/v1/agent/check/pass/\(id)?note=all%20well").status == 200)
            var check = try #require(try await consul.client.json("/v1/agent/checks")[id])
            #expect(check["Status"] == "passing")
            #expect(check["Output"] == "all well")
            #expect(check["Type"] == "ttl")
            #expect(check["ServiceName"] == "web")
            #expect(try await consul.client.get("/v1/agent/health/service/name/web?format=text").text == "passing")
            try await consul.client.put("/v1/agent/check/warn/\(id)")
            #expect(try await consul.client.get("/v1/agent/health/service/name/web").status == 429)
            try await consul.client.put("/v1/agent/check/update/\(id)", #"{"Status":"critical","Output":"down"}"#)
            check = try #require(try await consul.client.json("/v1/agent/checks")[id])
            #expect(check["Output"] == "down")
            #expect(try await consul.client.get("/v1/agent/health/service/id/host1:web.1:80").status == 503)
            #expect(try await consul.client.get("/v1/agent/health/service/name/nope").status == 404)
            let weird = try await consul.client.put("/v1/agent/check/update/\(id)", #"{"Status":"weird"}"#)
            #expect(weird.status == 400)
            #expect(weird.text == "Invalid check status: 'weird'")
            let deadline = consul.feed.snapshot.services["web"]?.first?.checks.first?.deadline
            #expect(deadline != nil)
        }
    }

    @Test("Only TTL checks are told how they are; several checks are numbered, and all have to pass")
    func severalChecks() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.client.put(
                "/v1/agent/service/register",
                """
                {"Name":"a","Checks":[{"TTL":"9s","Status":"passing"},{"HTTP":"http://10.1.0.1/","Interval":"9s"}]}
                """)
            let checks = try await consul.client.json("/v1/agent/checks")
            #expect(checks["service:a:1"]?["Status"] == "passing")
            #expect(checks["service:a:2"]?["Status"] == "critical")
            #expect(try await consul.client.json("/v1/health/service/a?passing").count == 0)
            let answer = try await consul.client.put("/v1/agent/check/pass/service:a:2")
            #expect(answer.status == 500)
            #expect(answer.text == #"CheckID "service:a:2" does not have associated TTL"#)
            try await consul.client.put(
                "/v1/agent/service/register?replace-existing-checks=true",
                #"{"Name":"a","Check":{"CheckID":"service:a:1","TTL":"9s","Status":"critical"}}"#)
            #expect(try await consul.client.json("/v1/health/service/a?passing").count == 1)
        }
    }

    @Test("A check is registered apart from its service, never over another's, and never as a script")
    func checkRegister() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            func register(_ body: String) async throws -> TestClient.Answer {
                try await consul.client.put("/v1/agent/check/register", body)
            }
            #expect(
                try await register(
                    #"{"Name":"mem","ServiceID":"host1:web.1:80","TCP":"10.1.0.1:8001","Interval":"5s"}"#
                )
                .status == 200)
            #expect(try await consul.client.json("/v1/agent/checks")["mem"]?["Type"] == "tcp")
            #expect(try await register(#"{"Name":"x"}"#).text == "Invalid check: TTL must be > 0 for TTL checks")
            let missing = try await register(#"{"Name":"x","TTL":"5s","ServiceID":"missing"}"#)
            #expect(missing.status == 500)
            #expect(missing.text == #"ServiceID "missing" does not exist"#)
            let script = try await register(#"{"Name":"x","Args":["rm","-rf","/"],"Interval":"5s"}"#)
            #expect(script.status == 500)
            #expect(script.text.hasPrefix("Scripts are disabled on this agent from remote calls"))
            #expect(try await register(#"{"ID":"mem","Name":"x","TTL":"5s"}"#).status == 403)
            #expect(try await consul.client.put("/v1/agent/check/deregister/mem").status == 200)
            #expect(try await consul.client.json("/v1/agent/checks")["mem"] == nil)
        }
    }

    @Test("Maintenance takes a service, or all of this host, out of what passes, and gives it back")
    func maintenance() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            let path = "/v1/agent/service/maintenance/host1%3Aweb.1%3A80"
            func passing() async throws -> Int { try await consul.client.json("/v1/health/service/web?passing").count }
            #expect(try await consul.client.put(path).text == "Missing value for enable")
            #expect(try await consul.client.put("\(path)?enable=true&reason=disk").status == 200)
            #expect(try await passing() == 0)
            let check = try await consul.client.json("/v1/agent/checks")["_service_maintenance:host1:web.1:80"]
            #expect(check?["Notes"] == "disk")
            #expect(check?["Name"] == "Service Maintenance Mode")
            #expect(check?["Type"] == "maintenance")
            try await consul.client.put("\(path)?enable=false")
            #expect(try await passing() == 1)
            try await consul.client.put("/v1/agent/maintenance?enable=true")
            #expect(try await passing() == 0)
            try await consul.client.put("/v1/agent/maintenance?enable=false")
            #expect(try await passing() == 1)
            let unknown = try await consul.client.put("/v1/agent/service/maintenance/nope?enable=true")
            #expect(unknown.status == 404)
            #expect(unknown.text == #"No service registered with ID "nope""#)
        }
    }

    @Test("One service is told with a hash, and waited for until that changes")
    func hash() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            let path = "/v1/agent/service/host1:web.1:80"
            let first = try await consul.client.get(path)
            let hash = try #require(first.headers.first(name: "X-Consul-Contenthash"))
            #expect(try first.json["ContentHash"] == .string(hash))
            async let second = consul.client.get("\(path)?hash=\(hash)&wait=60s")
            await consul.waitForWaiters(1)
            try await consul.registerWeb(port: 9000)
            #expect(try await second.json["Port"] == 9000)
            let missing = try await consul.client.get("/v1/agent/service/nope")
            #expect(missing.status == 404)
            #expect(missing.text == "unknown service ID: nope")
        }
    }

    @Test("The agent tells of itself what clients ask first")
    func itself() async throws {
        try await ConsulFixture.serve { consul in
            let config = try await consul.client.json("/v1/agent/self")["Config"]
            #expect(config?["Datacenter"] == "dc1")
            #expect(config?["NodeName"] == .string(consul.node))
            #expect(try await consul.client.json("/v1/agent/members")[0]?["Status"] == 1)
            #expect(try await consul.client.get("/v1/status/leader").text == #""127.0.0.1:8300""#)
            #expect(try await consul.client.put("/v1/agent/leave").status == 403)
            #expect(try await consul.client.get("/v1/acl/tokens").status == 401)
            #expect(try await consul.client.get("/v1/agent/self?pretty").text.hasPrefix("{\n    \"Config\": {"))
        }
    }
}
