import CairnStore
import CairnCatalog
import CairnCore
import Foundation
import HTTPTypes

/// `/v1/event/…`.
enum EventCalls {
    /// The most bytes of a message.
    private static let maximumPayload = 8 << 10

    static func addRoutes(to table: inout RouteTable) {
        table.add(.put, "event/fire/", fire)
        table.add(.get, "event/list", list)
    }

    @Sendable static func fire(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        guard !request.rest.isEmpty else { throw HTTPRefusal.bad("Missing name") }
        let query = request.query
        func text(_ name: String) -> String { (query[name] ?? "").cut(to: 512) }
        let event = UserEvent(
            id: UUID().uuidString.lowercased(), name: request.rest.cut(to: 512),
            payload: try await request.body(upTo: maximumPayload), nodeFilter: text("node"),
            serviceFilter: text("service"), tagFilter: text("tag"))
        directory.events.fire(event)
        return .json(event.value())
    }

    @Sendable static func list(_ directory: Directory, _ request: ConsulRequest) async throws -> Reply {
        var headers = try directory.readHeaders(request)
        try await directory.wait(request, Blocking(request.query)) {
            directory.feed.index(of: .events)
        } on: {
            .events
        }
        let (events, index) = directory.events.list()
        headers[.consulIndex] = String(index)
        let name = request.query["name"] ?? ""
        let values = events.filter { name.isEmpty || $0.name == name }.map { $0.value() }
        return Reply(.json(.array(values)), headers: headers)
    }
}
