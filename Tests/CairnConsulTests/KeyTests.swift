import CairnCore
import CairnStore
import NIOHTTP1
import Testing

/// https://developer.hashicorp.com/consul/api-docs/kv and /txn.
@Suite("Keys")
struct KeyTests {
    @Test("A key is written, read whole and raw, listed and removed")
    func whole() async throws {
        try await ConsulFixture.serve { consul in
            let client = consul.client
            #expect(try await client.put("/v1/kv/app/web/port?flags=42", "hello").text == "true")
            let answer = try await client.get("/v1/kv/app/web/port")
            let index = JSONValue.integer(Int(answer.index))
            #expect(
                try answer.json == [
                    [
                        "LockIndex": 0, "Key": "app/web/port", "Flags": 42, "Value": "aGVsbG8=", "CreateIndex": index,
                        "ModifyIndex": index,
                    ]
                ])
            let raw = try await client.get("/v1/kv/app/web/port?raw")
            #expect(raw.text == "hello")
            #expect(raw.headers.first(name: "Content-Type") == "text/plain")
            try await client.put("/v1/kv/app/db/host", "")
            #expect(try await client.json("/v1/kv/app/db/host")[0]?["Value"] == .null)
            #expect(try await client.json("/v1/kv/app/?recurse").count == 2)
            // A prefix is of text, not of directories.
            #expect(try await client.json("/v1/kv/app/d?recurse").count == 1)
            #expect(try await client.get("/v1/kv/app/?keys").text == #"["app/db/host","app/web/port"]"#)
            #expect(try await client.get("/v1/kv/app/?keys&separator=/").text == #"["app/db/","app/web/"]"#)
            #expect(try await client.get("/v1/kv/?keys&separator=/").text == #"["app/"]"#)
            #expect(try await client.send(.DELETE, "/v1/kv/app/db/host").text == "true")
            #expect(try await client.send(.DELETE, "/v1/kv/app/db/host").text == "true")
            #expect(try await client.send(.DELETE, "/v1/kv/app?recurse").text == "true")
            #expect(try await client.get("/v1/kv/?recurse").status == 404)
        }
    }

    @Test("Names keep their slashes and what was escaped in them")
    func names() async throws {
        try await ConsulFixture.serve { consul in
            for (path, key) in [("a//b/", "a//b/"), ("sp%20ace%2Fx", "sp ace/x"), ("gr%C3%BCn", "grün")] {
                try await consul.client.put("/v1/kv/\(path)", "x")
                #expect(try await consul.client.json("/v1/kv/\(path)")[0]?["Key"] == .string(key))
            }
            #expect(try await consul.client.put("/v1/kv/a%00b", "x").status == 400)
            #expect(try await consul.client.put("/v1/kv/a%zz", "x").status == 400)
        }
    }

    @Test("A key that is not there is 404 with the counter, whatever is asked")
    func missing() async throws {
        try await ConsulFixture.serve { consul in
            for query in ["", "?recurse", "?keys", "?raw"] {
                let answer = try await consul.client.get("/v1/kv/none\(query)")
                #expect(answer.status == 404)
                #expect(answer.index >= 1)
                #expect(answer.body.isEmpty)
            }
            let answer = try await consul.client.get("/v1/kv/")
            #expect(answer.status == 400)
            #expect(answer.text == "Missing key name")
        }
    }

    @Test("Comparing and setting writes only over what the client has seen")
    func compareAndSet() async throws {
        try await ConsulFixture.serve { consul in
            let client = consul.client
            #expect(try await client.put("/v1/kv/c?cas=0", "1").text == "true")
            #expect(try await client.put("/v1/kv/c?cas=0", "2").text == "false")
            let index = try await client.get("/v1/kv/c").index
            #expect(try await client.put("/v1/kv/c?cas=\(index)", "2").text == "true")
            #expect(try await client.put("/v1/kv/c?cas=\(index)", "3").text == "false")
            #expect(try await client.get("/v1/kv/c?raw").text == "2")
            #expect(try await client.put("/v1/kv/c?cas=abc", "3").status == 500)
            #expect(try await client.send(.DELETE, "/v1/kv/c?cas=\(index)").text == "false")
            let newest = try await client.get("/v1/kv/c").index
            #expect(try await client.send(.DELETE, "/v1/kv/c?cas=\(newest)").text == "true")
        }
    }

    @Test("A value has at most 512 KiB")
    func size() async throws {
        try await ConsulFixture.serve { consul in
            let most = [UInt8](repeating: 0x61, count: 512 << 10)
            let written = try await consul.client.send(.PUT, "/v1/kv/big", bytes: most)
            #expect(written.text == "true")
            let refused = try await consul.client.send(.PUT, "/v1/kv/big", bytes: most + [0x61])
            #expect(refused.status == 413)
            #expect(try await consul.client.get("/v1/kv/big?raw").body.count == most.count)
        }
    }

    @Test("A transaction is done whole, or not at all with the reason")
    func transaction() async throws {
        try await ConsulFixture.serve { consul in
            let done = try await consul.client.put(
                "/v1/txn",
                #"[{"KV":{"Verb":"set","Key":"t","Value":"aGk="}},{"KV":{"Verb":"get","Key":"t"}}]"#)
            #expect(done.status == 200)
            #expect(try done.json["Errors"] == .null)
            #expect(try done.json["Results"]?[1]?["KV", "Value"] == "aGk=")
            let refused = try await consul.client.put(
                "/v1/txn",
                #"[{"KV":{"Verb":"get","Key":"missing"}},{"KV":{"Verb":"set","Key":"u","Value":"aGk="}}]"#)
            #expect(refused.status == 409)
            #expect(
                try refused.json == [
                    "Results": nil, "Errors": [["OpIndex": 0, "What": #"key "missing" doesn't exist"#]],
                ])
            #expect(try await consul.client.get("/v1/kv/u").status == 404)
            #expect(try await consul.client.put("/v1/txn", #"[{"KV":{"Verb":"bogus"}}]"#).status == 400)
            #expect(try await consul.client.put("/v1/txn", #"[{"Node":{}}]"#).status == 400)
        }
    }
}
