import CairnCore
import Synchronization

@testable import CairnBackends

/// A registry in memory with the layout `services/<name>/<id>`, which can be down, and which counts what is asked of it.
final class FakeRegistry: Registry {
    struct State {
        var entries: [String: String] = [:]
        var isDown = false
        var refused: Set<String> = []
        /// What `refresh` says is lost.
        var lost: [String] = []
        var calls: [String] = []
        var isClosed = false
    }

    let state = Mutex(State())
    private let layout = KeyValueLayout(prefix: "services")

    var entries: [String: String] { state.withLock { $0.entries } }
    var writes: [String] { state.withLock { $0.calls.filter { $0.hasPrefix("put ") || $0.hasPrefix("remove ") } } }
    var calls: [String] { state.withLock { $0.calls } }

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    func records(for registrations: [Registration]) -> RecordSet { layout.records(for: registrations) }

    func read(_ wanted: RecordSet) throws -> [String: String] {
        try call("read") { state in
            state.entries.filter { OwnerMark(node: "host1").isOwn(id: $0.key.split(separator: "/").last ?? "") }
        }
    }

    func put(_ record: Record) throws {
        try call("put \(record.key)") { state in
            if state.refused.contains(record.key) { throw RecordRefused(reason: "not this one") }
            state.entries[record.key] = record.content
        }
    }

    func remove(_ key: String) throws { try call("remove \(key)") { $0.entries[key] = nil } }

    func refresh(_ records: [Record]) throws -> [String] {
        try call("refresh \(records.count)") { state in
            defer { state.lost = [] }
            return state.lost
        }
    }

    func close() { state.withLock { $0.isClosed = true } }

    private func call<Value>(_ name: String, _ body: (inout State) throws -> Value) throws -> Value {
        try state.withLock { state in
            if state.isDown { throw CairnError(.io, "the registry is down") }
            state.calls.append(name)
            return try body(&state)
        }
    }
}
