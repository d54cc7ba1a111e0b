import CairnCatalog
import CairnCore
import Foundation
import Synchronization

/// A message to whoever listens, https://developer.hashicorp.com/consul/api-docs/event. Nothing keeps it: it is gone when
/// the server ends.
struct UserEvent: Sendable {
    var id: String
    var name: String
    var payload: [UInt8]
    var nodeFilter: String
    var serviceFilter: String
    var tagFilter: String
    /// Grows by one with each event; 0 for one that has not been sent yet.
    var time: UInt64 = 0

    func value() -> JSONValue {
        [
            "ID": .string(id), "Name": .string(name),
            "Payload": payload.isEmpty ? .null : .string(Data(payload).base64EncodedString()),
            "NodeFilter": .string(nodeFilter), "ServiceFilter": .string(serviceFilter),
            "TagFilter": .string(tagFilter), "Version": 1, "LTime": .count(time),
        ]
    }
}

/// The newest events.
final class EventLog: Sendable {
    private static let kept = 256

    private struct State {
        var events: [UserEvent] = []
        var time: UInt64 = 1
        /// Begins with the clock, so that it does not go back when the server is started again.
        var index: UInt64
    }

    private let feed: CatalogFeed
    private let state: Mutex<State>

    init(feed: CatalogFeed) {
        self.feed = feed
        let index = UInt64(max(Date().timeIntervalSince1970 * 1000, 1))
        state = Mutex(State(index: index))
        feed.advance(.events, to: index)
    }

    func fire(_ event: UserEvent) {
        let index = state.withLock { state in
            state.time += 1
            state.index += 1
            var event = event
            event.time = state.time
            state.events.append(event)
            if state.events.count > Self.kept { state.events.removeFirst() }
            return state.index
        }
        feed.advance(.events, to: index)
    }

    /// The events, the oldest first, and the counter after the last.
    func list() -> (events: [UserEvent], index: UInt64) { state.withLock { ($0.events, $0.index) } }
}
