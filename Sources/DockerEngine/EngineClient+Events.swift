import NIOHTTP1

extension EngineClient {
    /// Follows what happens in the engine (`GET /events`). When this returns, the engine is sending.
    ///
    /// The stream ends or fails when the engine goes away; what happened until it is followed again can be had with
    /// `since`.
    /// - `since`: begin with what happened after this moment, as far as the engine remembers (its last 256 events or so).
    /// - `until`: end after this moment; nil for never.
    /// - `filters`: the engine's filters, such as `["type": ["container"], "label": ["a=b"]]`.
    public func events(
        since: EngineTimestamp? = nil, until: EngineTimestamp? = nil, filters: [String: [String]] = [:]
    ) async throws -> EngineEvents {
        var request = EngineRequest(.GET, "/events")
        if let since { request.query.append(("since", since.queryValue)) }
        if let until { request.query.append(("until", until.queryValue)) }
        request.query += try EngineRequest.filters(filters)
        return EngineEvents(owner: OpenExchange(try await open(request, headWithin: deadlines.call)))
    }
}

/// What happens in the engine, as it happens. It can be iterated once; cancelling the task that iterates ends it.
public struct EngineEvents: AsyncSequence, Sendable {
    /// One thing that happened.
    public typealias Element = EngineEvent

    let owner: OpenExchange

    /// Starts reading.
    public func makeAsyncIterator() -> Iterator {
        Iterator(owner: owner, lines: JSONLines(owner.exchange))
    }

    /// Stops following; the iteration ends with an error of kind ``EngineError/Kind/cancelled``.
    public func close() {
        owner.exchange.abort(EngineError.cancelled)
    }

    /// Reads and decodes.
    public struct Iterator: AsyncIteratorProtocol {
        let owner: OpenExchange
        var lines: JSONLines

        /// The next event; nil when `until` has passed or the engine ended the stream in order, as when it stops.
        /// - Throws: `EngineError` when the engine goes away or the task is cancelled.
        public mutating func next() async throws -> EngineEvent? {
            guard let line = try await lines.next() else { return nil }
            return try EngineJSON.decode(EngineEvent.self, from: line)
        }
    }
}
