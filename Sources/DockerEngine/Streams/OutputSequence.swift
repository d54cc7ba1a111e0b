/// What a container or exec writes, as it arrives. It can be iterated once.
public struct OutputSequence: AsyncSequence, Sendable {
    /// One piece of output.
    public typealias Element = LogChunk

    let owner: OpenExchange
    let tty: Bool

    /// Starts reading.
    public func makeAsyncIterator() -> Iterator {
        Iterator(owner: owner, frames: FrameDemultiplexer(tty: tty))
    }

    /// Reads and demultiplexes.
    public struct Iterator: AsyncIteratorProtocol {
        let owner: OpenExchange
        var frames: FrameDemultiplexer

        /// The next piece; nil when the process has closed its output.
        /// - Throws: `EngineError` when the connection breaks or the task is cancelled.
        public mutating func next() async throws -> LogChunk? {
            while true {
                if let chunk = try frames.next() { return chunk }
                guard let bytes = try await owner.exchange.feed.next() else { break }
                frames.append(bytes)
            }
            if frames.isIncomplete { throw EngineError.incompleteAnswer }
            return nil
        }
    }
}
