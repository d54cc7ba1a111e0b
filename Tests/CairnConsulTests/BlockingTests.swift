import CairnCatalog
import CairnConsul
import CairnCore
import CairnStore
import NIOCore
import NIOHTTP1
import Testing

/// https://developer.hashicorp.com/consul/api-docs/features/blocking.
@Suite("Requests that wait")
struct BlockingTests {
    @Test("A watcher of a service is woken by its changes, and by no other service's")
    func service() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            let index = try await consul.client.get("/v1/health/service/web").index
            async let woken = consul.client.get("/v1/health/service/web?passing&index=\(index)&wait=300s")
            await consul.waitForWaiters(1)
            try await consul.client.put("/v1/agent/service/register", #"{"Name":"other"}"#)
            try await consul.client.put("/v1/agent/check/fail/service:host1:web.1:80")
            let answer = try await woken
            #expect(answer.index > index)
            #expect(try answer.json.count == 0)
        }
    }

    @Test("A watcher of a service that is not there is woken when it comes")
    func missingService() async throws {
        try await ConsulFixture.serve { consul in
            let index = try await consul.client.get("/v1/health/service/web").index
            async let woken = consul.client.get("/v1/health/service/web?index=\(index)&wait=300s")
            await consul.waitForWaiters(1)
            try await consul.registerWeb()
            #expect(try await woken.json.count == 1)
        }
    }

    @Test("Without a change the answer comes when the time is over, with the index as it was")
    func timeout() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            let index = try await consul.client.get("/v1/catalog/services").index
            #expect(try await consul.client.get("/v1/catalog/services?index=\(index)&wait=10ms").index == index)
            // A counter that this catalog has not reached is corrected when the time is over.
            #expect(try await consul.client.get("/v1/catalog/services?index=999999&wait=10ms").index == index)
            // What is older than the counter, or 0, does not wait.
            #expect(try await consul.client.get("/v1/catalog/services?index=0&wait=300s").index == index)
            #expect(try await consul.client.get("/v1/catalog/services?index=1&wait=300s").index == index)
        }
    }

    @Test(
        "What is no index or no duration is refused",
        arguments: [
            ("wait=xx", "Invalid wait time"), ("wait=3", "Invalid wait time"), ("index=abc", "Invalid index"),
            ("index=-1", "Invalid index"),
        ])
    func invalid(query: String, text: String) async throws {
        try await ConsulFixture.serve { consul in
            let answer = try await consul.client.get("/v1/catalog/services?\(query)")
            #expect(answer.status == 400)
            #expect(answer.text == text)
        }
    }

    @Test("A watcher of a key is woken by it and by what is below its prefix, and hears of its removal")
    func keys() async throws {
        try await ConsulFixture.serve { consul in
            let client = consul.client
            let none = try await client.get("/v1/kv/a/b").index
            async let created = client.get("/v1/kv/a/b?index=\(none)&wait=300s")
            await consul.waitForWaiters(1)
            try await client.put("/v1/kv/other", "x")
            try await client.put("/v1/kv/a/b", "x")
            let first = try await created
            #expect(first.status == 200)
            async let removed = client.get("/v1/kv/a/b?index=\(first.index)&wait=300s")
            async let tree = client.get("/v1/kv/a/?recurse&index=\(first.index)&wait=300s")
            await consul.waitForWaiters(2)
            try await client.send(.DELETE, "/v1/kv/a/b")
            #expect(try await removed.status == 404)
            #expect(try await removed.index > first.index)
            #expect(try await tree.status == 404)
        }
    }

    @Test("Events are waited for, and listed with their payload and a growing time")
    func events() async throws {
        try await ConsulFixture.serve { consul in
            let client = consul.client
            let before = try await client.get("/v1/event/list").index
            async let woken = client.get("/v1/event/list?name=deploy&index=\(before)&wait=300s")
            await consul.waitForWaiters(1)
            let fired = try await client.put("/v1/event/fire/deploy?service=web", "hi").json
            #expect(fired["Payload"] == "aGk=")
            #expect(fired["LTime"] == 0)
            #expect(fired["ServiceFilter"] == "web")
            try await client.put("/v1/event/fire/other")
            let listed = try await woken.json
            #expect(listed.count == 1)
            #expect(listed[0]?["ID"] == fired["ID"])
            let all = try await client.json("/v1/event/list")
            #expect(all[0]?["LTime"] == 2)
            #expect(all[1]?["LTime"] == 3)
            #expect(all[1]?["Payload"] == .null)
        }
    }

    @Test("Whoever leaves is not waited for any more, and others find room")
    func departure() async throws {
        let settings = ConsulSettings(listeners: [.init(port: 0)], maximumWaiters: 1)
        try await ConsulFixture.serve(settings) { consul in
            let path = "/v1/catalog/services?index=999999&wait=300s"
            try await consul.client.connect().executeThenClose { _, outbound in
                try await TestClient.write(.GET, path, nil, to: outbound)
                await consul.waitForWaiters(1)
                let refused = try await consul.client.get(path)
                #expect(refused.status == 429)
                #expect(refused.text.hasPrefix("Too many requests wait already (1)"))
            }
            await consul.waitForWaiters(0)
            async let second = consul.client.get("/v1/catalog/services?index=1&wait=300s")
            await consul.waitForWaiters(1)
            try await consul.registerWeb()
            #expect(try await second.status == 200)
        }
    }

    @Test("After an answer that was waited for the connection serves on")
    func keepAlive() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.client.connect().executeThenClose { inbound, outbound in
                var parts = inbound.makeAsyncIterator()
                for _ in 0..<3 {
                    try await TestClient.write(.GET, "/v1/catalog/services?index=9&wait=1ms", nil, to: outbound)
                    #expect(try await TestClient.read(&parts).status == 200)
                }
            }
        }
    }

    @Test("A thousand watchers wait at once, and every one is told of the change")
    func thousand() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            let index = try await consul.client.get("/v1/health/service/web").index
            let count = 1000
            try await withThrowingTaskGroup(of: UInt64.self) { group in
                for _ in 0..<count {
                    group.addTask {
                        try await consul.client.get("/v1/health/service/web?index=\(index)&wait=600s").index
                    }
                }
                await consul.waitForWaiters(count)
                try await consul.registerWeb(port: 9000)
                let newest = consul.feed.snapshot.index
                for try await told in group { #expect(told == newest) }
            }
        }
    }
}
