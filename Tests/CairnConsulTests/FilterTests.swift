import CairnCore
import Testing

@testable import CairnConsul

/// https://developer.hashicorp.com/consul/api-docs/features/filtering.
@Suite("Filters")
struct FilterTests {
    private static let entry: JSONValue = [
        "Node": ["Node": "host1", "Meta": ["rack": "7"]],
        "Service": [
            "ID": "web.12", "Service": "web", "Tags": ["v1", "primary"], "Meta": ["region": "us2", "a.b": "c"],
            "Port": 18700, "EnableTagOverride": false,
        ],
        "Checks": [
            ["Status": "passing", "CheckID": "serfHealth"], ["Status": "critical", "CheckID": "service:web.12"],
        ],
    ]

    @Test(
        "What holds",
        arguments: [
            "Service.Meta.region == us2", #"Service.Meta.region == "us2""#, #""primary" in Service.Tags"#,
            "primary in Service.Tags", "Service.Tags contains v1", "v2 not in Service.Tags",
            "Service.Tags is not empty", "Service.Meta.none is empty", #"Service.ID matches "web\\.[0-9]+""#,
            "Service.ID matches `^web\\.\\d{2}$`", #"Service.ID not matches "db""#, "Service.Port == 18700",
            "Service.Port != 80", "Service.EnableTagOverride == false", "Checks.Status == critical",
            #"Service.Meta.region != "" and Service.Port != 1"#, "not Service.Port == 1",
            "Service.Port == 1 or Service.Service == web and Node.Meta.rack == 7",
            "(Service.Port == 1 or Service.Service == web) and not (Node.Node == host2)",
            #"Service.Meta["a.b"] == c"#, "region in Service.Meta", "Service.Meta.none != x",
        ])
    func holds(text: String) throws {
        let filter = try Filter(parsing: text)
        try filter.check(against: .healthEntry)
        #expect(filter.holds(Self.entry))
    }

    @Test(
        "What does not hold",
        arguments: [
            "Service.Meta.region == us1", "Service.Tags is empty", "v2 in Service.Tags", "Service.Meta.none == x",
            "Service.Port == 18700 and Service.Port == 1", "not (Service.Service == web or Service.Port == 1)",
            #"Service.ID matches "^eb""#,
        ])
    func fails(text: String) throws {
        let filter = try Filter(parsing: text)
        try filter.check(against: .healthEntry)
        #expect(!filter.holds(Self.entry))
    }

    @Test(
        "What is no filter, or asks for what is not there",
        arguments: [
            "bogus == 1", "Service.Bogus == x", "Service.Meta.a.b == x", "Service.Port == abc", "Service == web",
            "Service.Tags == v1", "Service.Port matches 1", "Service.Port is empty", "", "Service.Port", "== 1",
            "Service.Port == ", "(Service.Port == 1", "Service.Port == 1)", "Service.Port is", "Service.ID == \"a",
            "Service.ID matches \"(\"", "Service.Port = 1", "a in [1]", "Service.Port == 1 Service.Port == 2",
            String(repeating: "not ", count: 100) + "Service.Port == 1", String(repeating: "(", count: 2000),
            "Service.ID == " + String(repeating: "x", count: 5000),
        ])
    func invalid(text: String) {
        #expect(throws: FilterError.self) { try Filter(parsing: text).check(against: .healthEntry) }
    }

    @Test("Lists are filtered, and a wrong selector is told of as Consul does")
    func overHTTP() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            try await consul.client.put("/v1/agent/service/register", #"{"Name":"db","Port":5432}"#)
            func get(_ path: String) async throws -> TestClient.Answer { try await consul.client.get("/v1/" + path) }
            #expect(try await get("agent/services?filter=Meta.region%20==%20us2").json.count == 1)
            #expect(try await get("agent/services?filter=Service%20==%20db").json["db"]?["Port"] == 5432)
            #expect(try await get("catalog/service/web?filter=%22v1%22+in+ServiceTags").json.count == 1)
            #expect(try await get("catalog/service/web?filter=ServiceMeta.region%20==%20us1").json.count == 0)
            #expect(try await get("health/service/web?filter=Checks.Status%20==%20passing").json.count == 1)
            #expect(try await get("catalog/nodes?filter=Node%20==%20nope").json.count == 0)
            #expect(try await get("agent/checks?filter=Status%20!=%20passing").json.count == 0)
            let answer = try await get("agent/services?filter=bogus%20==%201")
            #expect(answer.status == 500)
            #expect(answer.text == #"Failed to create boolean expression evaluator: Selector "bogus" is not valid"#)
        }
    }
}
