import CairnCatalog
import CairnCore
import NIOCore
import NIOHTTP1
import Testing

/// https://html.spec.whatwg.org/multipage/server-sent-events.html.
@Suite("The stream of changes")
struct StreamTests {
    /// Reads until so many events are complete.
    private func events(
        _ count: Int, from parts: inout NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator,
        after each: (Int) async throws -> Void
    ) async throws -> [String] {
        var text = ""
        var seen = 0
        while seen < count, let part = try await parts.next(isolation: #isolation) {
            guard case .body(let buffer) = part else { continue }
            text += String(buffer: buffer)
            let found = text.split(separator: "\n\n").filter { $0.hasPrefix("id: ") }
            while seen < found.count {
                seen += 1
                try await each(seen)
            }
        }
        return text.split(separator: "\n\n").filter { $0.hasPrefix("id: ") }.map(String.init)
    }

    private func data(_ event: String) throws -> JSONValue {
        let line = try #require(event.split(separator: "\n").first { $0.hasPrefix("data: ") })
        return try JSONValue(parsing: String(line.dropFirst(6)), file: "event")
    }

    @Test("It begins with what there is, then tells what has changed, and of what has gone")
    func changes() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            try await consul.client.connect().executeThenClose { inbound, outbound in
                try await TestClient.write(.GET, "/v1/cairn/stream", nil, to: outbound)
                var parts = inbound.makeAsyncIterator()
                let events = try await events(3, from: &parts) { seen in
                    switch seen {
                    case 1: try await consul.client.put("/v1/agent/service/register", #"{"Name":"db"}"#)
                    case 2: try await consul.client.put("/v1/agent/service/deregister/db")
                    default: break
                    }
                }
                let first = try data(events[0])
                #expect(first["Names"] == ["web"])
                #expect(first["Services", "web"]?.count == 1)
                let second = try data(events[1])
                #expect(second["Services", "db"]?.count == 1)
                #expect(second["Services", "web"] == nil)
                #expect(try data(events[2])["Services", "db"]?.count == 0)
            }
        }
    }

    @Test("A client that knows a count gets what has changed since, of the services that it asks about")
    func resume() async throws {
        try await ConsulFixture.serve { consul in
            try await consul.registerWeb()
            let index = consul.feed.snapshot.index
            try await consul.client.put("/v1/agent/service/register", #"{"Name":"db"}"#)
            try await consul.client.put("/v1/agent/service/register", #"{"Name":"mail"}"#)
            try await consul.client.connect().executeThenClose { inbound, outbound in
                let path = "/v1/cairn/stream?index=\(index)&service=web&service=db"
                try await TestClient.write(.GET, path, nil, to: outbound)
                var parts = inbound.makeAsyncIterator()
                let events = try await events(1, from: &parts) { _ in }
                let first = try data(events[0])
                #expect(first["Names"] == ["db", "web"])
                #expect(first["Services"]?.count == 1)
                #expect(first["Services", "db"] != nil)
            }
        }
    }
}
