import CairnStore
import CairnCatalog
import CairnCore
import HTTPTypes
import Hummingbird
import NIOCore

/// `/v1/cairn/stream`: the changes of the catalog as they happen, as server-sent events
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
///
/// Each event has the counter as its id, the type `services`, and an object with `Index`; `Services`, the entries of the
/// services that have changed, by name and in the shape of `/v1/health/service/…`, empty for one that is gone; and, in the
/// first, `Names`, all names that there are. `?index=`, or `Last-Event-ID`, leaves out of the first event what was the same
/// at that count; `?service=` selects, any number of times.
enum ChangeStream {
    /// The pause between lines that only show that the server is there.
    private static let heartbeat = Duration.seconds(15)

    static func addRoutes(to table: inout RouteTable) { table.add(.get, "cairn/stream", stream) }

    @Sendable static func stream(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        let names = Set(request.query.values(of: "service").filter { !$0.isEmpty })
        let index = try request.query.number("index", otherwise: .bad("Invalid index"))
        let known = index ?? request.headers[.lastEventID].flatMap { UInt64($0) }
        try directory.waiters.checkRoom()
        return Reply(
            .stream(type: "text/event-stream") { @concurrent writer in
                // Entered here and not before: only a stream that is written leaves again.
                do {
                    try directory.waiters.enter()
                    defer { directory.waiters.leave() }
                    try await write(directory, request, names, known, to: &writer)
                } catch let refusal as HTTPRefusal {
                    try await writer.write(ByteBuffer(string: "event: error\ndata: \(refusal.text)\n\n"))
                } catch is CancellationError {
                    // The client has gone.
                }
                try await writer.finish(nil)
            },
            headers: [.cacheControl: "no-store"])
    }

    @concurrent private static func write(
        _ directory: Directory, _ request: ConsulRequest, _ names: Set<String>, _ known: UInt64?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var previous = directory.feed.snapshot
        let first = Changes(of: previous, since: known, names: names)
        try await writer.write(ByteBuffer(string: first.text(directory)))
        while true {
            let index = previous.index
            let isEnding = try await directory.departures.wait(on: request.channel) {
                await directory.feed.wait(for: .catalog, beyond: index, atMost: heartbeat)
            }
            if isEnding { return }
            let snapshot = directory.feed.snapshot
            let changes = Changes(of: snapshot, since: previous, names: names)
            previous = snapshot
            try await writer.write(ByteBuffer(string: changes.isEmpty ? ": alive\n\n" : changes.text(directory)))
        }
    }
}

/// What one event tells.
private struct Changes {
    var snapshot: CatalogSnapshot
    /// The services that have changed, with their entries now.
    var services: [String: [ServiceEntry]]
    /// All names, in the first event.
    var names: [String]?

    /// What has changed since a count that the client knows; all when it knows none that this catalog has had.
    init(of snapshot: CatalogSnapshot, since index: UInt64?, names: Set<String>) {
        self.snapshot = snapshot
        let index = index.flatMap { $0 <= snapshot.index ? $0 : nil }
        services = snapshot.services.filter { name, _ in
            (names.isEmpty || names.contains(name)) && (index.map { snapshot.index(of: name) > $0 } ?? true)
        }
        self.names = snapshot.services.keys.filter { names.isEmpty || names.contains($0) }.sorted()
    }

    init(of snapshot: CatalogSnapshot, since previous: CatalogSnapshot, names: Set<String>) {
        self.snapshot = snapshot
        services = [:]
        for name in Set(snapshot.services.keys).union(previous.services.keys)
        where names.isEmpty || names.contains(name) {
            let entries = snapshot.services[name] ?? []
            if entries != previous.services[name] ?? [] { services[name] = entries }
        }
    }

    var isEmpty: Bool { services.isEmpty && names == nil }

    func text(_ directory: Directory) -> String {
        var members: [String: JSONValue] = [
            "Index": .count(snapshot.index),
            "Services": .object(services.mapValues { .array($0.map { ServiceShape.entry($0, directory) }) }),
        ]
        if let names { members["Names"] = .strings(names) }
        return "id: \(snapshot.index)\nevent: services\ndata: \(JSONValue.object(members).text)\n\n"
    }
}

extension HTTPField.Name {
    fileprivate static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .contentType
}
