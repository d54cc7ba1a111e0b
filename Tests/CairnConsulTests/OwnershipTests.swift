import CairnCatalog
import CairnCore
import CairnStore
import Testing

@Suite("Who may change what")
struct OwnershipTests {
    /// A container that the registrator has found.
    private func addContainer(to consul: ConsulFixture) throws {
        let service = Service(
            node: consul.node, id: "db:1", name: "db", address: "10.1.0.9", port: 5432, origin: .container(id: "c1"))
        let check = Check(
            node: consul.node, id: Check.engineID(of: "db:1"), serviceID: "db:1", name: "Container", status: .passing,
            definition: Check.Definition(probe: .engine))
        let ttl = Check(
            node: consul.node, id: "service:db:1", serviceID: "db:1", name: "beat", status: .passing,
            definition: Check.Definition(probe: .ttl(.seconds(60))))
        try consul.store.register([ServiceRegistration(service: service, checks: [check, ttl])])
        try consul.refresh()
    }

    @Test("What a container registered is not changed by others, but its TTL check may be beaten by anybody")
    func container() async throws {
        try await ConsulFixture.serve { consul in
            try addContainer(to: consul)
            let before = consul.feed.snapshot.services["db"]
            func put(_ path: String, _ body: String? = nil) async throws -> Int {
                try await consul.client.put(path, body).status
            }
            #expect(try await put("/v1/agent/service/register", #"{"ID":"db:1","Name":"evil"}"#) == 403)
            #expect(try await put("/v1/agent/service/deregister/db:1") == 403)
            #expect(try await put("/v1/agent/check/deregister/docker:db:1") == 403)
            #expect(try await put("/v1/agent/check/register", #"{"Name":"x","TTL":"9s","ServiceID":"db:1"}"#) == 403)
            #expect(
                try await put(
                    "/v1/agent/service/register", #"{"Name":"e","Check":{"CheckID":"docker:db:1","TTL":"9s"}}"#) == 403)
            let body = #"{"Node":"\#(consul.node)","ServiceID":"db:1"}"#
            #expect(try await put("/v1/catalog/deregister", body) == 403)
            #expect(
                try await put(
                    "/v1/catalog/register", #"{"Node":"\#(consul.node)","Service":{"ID":"db:1","Service":"e"}}"#)
                    == 403)
            #expect(consul.feed.snapshot.services["db"] == before)
            #expect(try await put("/v1/agent/check/fail/service:db:1") == 200)
            #expect(consul.feed.snapshot.services["db"]?.first?.status == .critical)
        }
    }

    @Test("The name of an app is not for others, on this host or elsewhere")
    func reservedName() async throws {
        try await ConsulFixture.serve(reserved: ["billing"]) { consul in
            let answer = try await consul.client.put("/v1/agent/service/register", #"{"Name":"billing"}"#)
            #expect(answer.status == 403)
            #expect(answer.text == "The name 'billing' belongs to one of Cairn's apps: choose another")
            let elsewhere = #"{"Node":"x","Address":"10.9.0.1","Service":{"Service":"billing"}}"#
            #expect(try await consul.client.put("/v1/catalog/register", elsewhere).status == 403)
            #expect(consul.feed.snapshot.services.isEmpty)
            #expect(consul.feed.snapshot.nodes["x"] == nil)
        }
    }

    @Test("Services that programs have registered are theirs to change")
    func agent() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            #expect(consul.feed.snapshot.services["web"]?.first?.service.origin == .agent)
            #expect(try await consul.client.put("/v1/agent/service/deregister/host1:web.1:80").status == 200)
            #expect(consul.feed.snapshot.services["web"] == nil)
        }
    }
}
