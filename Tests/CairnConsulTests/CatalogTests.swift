import CairnCatalog
import CairnCore
import CairnStore
import NIOHTTP1
import Testing

/// https://developer.hashicorp.com/consul/api-docs/catalog and /health; shapes as Consul 1.8.7 answers.
@Suite("The catalog's and the health calls")
struct CatalogTests {
    private static let varying: Set<String> = ["CreateIndex", "ModifyIndex"]

    @Test("The instances of a service are listed in the catalog's shape")
    func service() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            let own = consul.feed.snapshot.own
            let address = JSONValue.string(own.address)
            let addresses: JSONValue = ["lan": address, "lan_ipv4": address, "wan": address, "wan_ipv4": address]
            let tagged: JSONValue = ["Address": "10.1.0.1", "Port": 8001]
            let expected: JSONValue = [
                "ID": .string(own.id), "Node": .string(own.name), "Address": address, "Datacenter": "dc1",
                "TaggedAddresses": addresses, "NodeMeta": ["consul-network-segment": ""], "ServiceKind": "",
                "ServiceID": "host1:web.1:80", "ServiceName": "web", "ServiceTags": ["v1", "primary"],
                "ServiceAddress": "10.1.0.1", "ServiceTaggedAddresses": ["lan_ipv4": tagged, "wan_ipv4": tagged],
                "ServiceWeights": ["Passing": 1, "Warning": 1], "ServiceMeta": ["region": "us2"], "ServicePort": 8001,
                "ServiceEnableTagOverride": false,
                "ServiceProxy": ["MeshGateway": .object([:]), "Expose": .object([:])],
                "ServiceConnect": .object([:]),
            ]
            #expect(try await consul.client.json("/v1/catalog/service/web")[0]?.without(Self.varying) == expected)
            #expect(try await consul.client.json("/v1/catalog/services") == ["web": ["primary", "v1"]])
            #expect(try await consul.client.json("/v1/catalog/service/web?tag=v1&tag=PRIMARY").count == 1)
            #expect(try await consul.client.json("/v1/catalog/service/web?tag=v1&tag=v2").count == 0)
            #expect(try await consul.client.get("/v1/catalog/service/nope").text == "[]")
            #expect(try await consul.client.get("/v1/catalog/datacenters").text == #"["dc1"]"#)
        }
    }

    @Test("Health lists an instance with its node and all checks, and leaves out what does not pass on demand")
    func health() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            try await consul.registerWeb("w2", port: 8002, status: "warning")
            try await consul.registerWeb("w3", port: 8003, status: "critical")
            let all = try await consul.client.json("/v1/health/service/web")
            #expect(all.count == 3)
            let entry = try #require(all[0])
            #expect(entry["Node", "Node"] == .string(consul.node))
            #expect(entry["Service", "Service"] == "web")
            #expect(entry["Service", "Proxy"] == ["MeshGateway": .object([:]), "Expose": .object([:])])
            #expect(entry["Checks"]?[0]?["CheckID"] == "serfHealth")
            #expect(
                entry["Checks"]?[1]?.without(Self.varying) == [
                    "Node": .string(consul.node), "CheckID": "service:host1:web.1:80", "Name": "Service 'web' check",
                    "Status": "passing", "Notes": "", "Output": "", "ServiceID": "host1:web.1:80", "ServiceName": "web",
                    "ServiceTags": ["v1", "primary"], "Type": "ttl", "Definition": .object([:]),
                ])
            for passing in ["passing", "passing=1", "passing=true"] {
                #expect(try await consul.client.json("/v1/health/service/web?\(passing)").count == 1)
            }
            #expect(try await consul.client.json("/v1/health/service/web?passing=false&near=_agent").count == 3)
            let answer = try await consul.client.get("/v1/health/service/web?passing=maybe")
            #expect(answer.status == 400)
            #expect(answer.text == "Invalid value for ?passing")
            #expect(try await consul.client.get("/v1/health/service/nope").text == "[]")
            #expect(try await consul.client.json("/v1/health/checks/web").count == 3)
            #expect(try await consul.client.json("/v1/health/state/critical").count == 1)
            #expect(try await consul.client.json("/v1/health/state/any").count == 4)
            #expect(try await consul.client.json("/v1/health/state/bogus").count == 0)
            #expect(try await consul.client.json("/v1/health/node/\(consul.node)").count == 4)
            #expect(try await consul.client.json("/v1/health/connect/web").count == 0)
        }
    }

    @Test("Health and catalog list instances in the same order, which some clients rely on")
    func order() async throws {
        try await ConsulFixture.serve { consul in
            for id in ["b", "c", "a"] { try await consul.registerWeb(id) }
            #expect(
                try await (0..<3).asyncMap {
                    try await consul.client.json("/v1/health/service/web")[$0]?["Service", "ID"]
                }
                    == (0..<3).asyncMap { try await consul.client.json("/v1/catalog/service/web")[$0]?["ServiceID"] })
        }
    }

    @Test("What runs elsewhere is registered on a node of its own, and goes with it")
    func elsewhere() async throws {
        try await ConsulFixture.serve { consul in
            let body = """
                {"Node":"rds","Address":"10.9.0.1","NodeMeta":{"external":"true"},
                 "Service":{"ID":"pg","Service":"postgres","Port":5432,"Tags":["managed"]},
                 "Check":{"CheckID":"ping","Name":"ping","Status":"passing"}}
                """
            #expect(try await consul.client.put("/v1/catalog/register", body).text == "true")
            let entry = try await consul.client.json("/v1/health/service/postgres?passing")[0]
            #expect(entry?["Node", "Meta", "external"] == "true")
            #expect(entry?["Checks"]?.count == 1)
            #expect(consul.feed.snapshot.services["postgres"]?.first?.service.origin == .catalog)
            #expect(try await consul.client.json("/v1/catalog/nodes?node-meta=external:true").count == 1)
            #expect(try await consul.client.json("/v1/catalog/node/rds")["Services", "pg", "Port"] == 5432)
            #expect(try await consul.client.json("/v1/catalog/node-services/rds")["Services"]?.count == 1)
            #expect(try await consul.client.get("/v1/catalog/node/nope").text == "null")
            let noNode = try await consul.client.put("/v1/catalog/deregister", "{}")
            #expect(noNode.status == 500)
            #expect(noNode.text == "Must provide node")
            let noAddress = try await consul.client.put("/v1/catalog/register", #"{"Node":"y"}"#)
            #expect(noAddress.text == "Must provide address if SkipNodeUpdate is not set")
            #expect(try await consul.client.put("/v1/catalog/deregister", #"{"Node":"rds"}"#).text == "true")
            #expect(consul.feed.snapshot.services["postgres"] == nil)
            let own = #"{"Node":"\#(consul.node)"}"#
            #expect(try await consul.client.put("/v1/catalog/deregister", own).status == 403)
        }
    }

    @Test("Every read has the headers that clients parse, and other datacenters are refused")
    func headers() async throws {
        try await ConsulFixture.serve { consul in
            for path in [
                "catalog/services", "catalog/nodes", "health/service/x", "health/state/any", "kv/x", "session/list",
            ] {
                let answer = try await consul.client.get("/v1/\(path)")
                #expect(answer.index >= 1, "\(path)")
                #expect(answer.headers.first(name: "X-Consul-LastContact") == "0", "\(path)")
                #expect(answer.headers.first(name: "X-Consul-KnownLeader") == "true", "\(path)")
            }
            let stale = try await consul.client.get("/v1/catalog/services?stale")
            #expect(stale.headers.first(name: "X-Consul-Effective-Consistency") == "stale")
            #expect(try await consul.client.get("/v1/catalog/services?stale&consistent").status == 400)
            let other = try await consul.client.get("/v1/catalog/services?dc=dc2")
            #expect(other.status == 500)
            #expect(other.text == "No path to datacenter")
            #expect(try await consul.client.get("/v1/catalog/services?dc=dc1").status == 200)
        }
    }

    @Test("Prometheus is told what to scrape, with the labels of its Consul discovery")
    func prometheus() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            try await consul.registerWeb("w2", port: 8002, status: "critical")
            let groups = try await consul.client.json("/v1/cairn/sd/prometheus?service=web&tag=v1&passing")
            #expect(groups.count == 1)
            #expect(groups[0]?["targets"] == ["10.1.0.1:8001"])
            let labels = groups[0]?["labels"]
            #expect(labels?["__meta_consul_service"] == "web")
            #expect(labels?["__meta_consul_tags"] == ",v1,primary,")
            #expect(labels?["__meta_consul_service_metadata_region"] == "us2")
            #expect(labels?["__meta_consul_health"] == "passing")
            #expect(try await consul.client.json("/v1/cairn/sd/prometheus").count == 2)
            #expect(try await consul.client.json("/v1/cairn/sd/prometheus?service=other").count == 0)
        }
    }
}

extension Sequence {
    func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
