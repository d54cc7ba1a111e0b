import NIOCore
import Synchronization

/// The bytes of one answer on their way from the event loop to the task that reads them.
///
/// At most a few buffers wait here: when they are too many, nothing more is read from the socket until the reader has
/// caught up, so that a fast engine cannot fill the memory of a slow reader.
final class ByteFeed: Sendable {
    private enum End {
        case complete
        case failed(any Error)
    }

    private struct State {
        var waiting = CircularBuffer<ByteBuffer>()
        var size = 0
        var end: End?
        var reader: CheckedContinuation<ByteBuffer?, any Error>?
        /// Reading from the socket was put off until the reader has caught up.
        var isPaused = false
    }

    private static let highWater = 512 << 10
    private static let lowWater = 64 << 10

    private let channel: any Channel
    private let state = Mutex(State())

    init(channel: any Channel) {
        self.channel = channel
    }

    /// Gives bytes to the reader; ignored after the end.
    func append(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        let reader = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
            guard state.end == nil else { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            state.waiting.append(bytes)
            state.size += bytes.readableBytes
            return nil
        }
        reader?.resume(returning: bytes)
    }

    /// Ends the feed after what waits; only the first end counts.
    func end(_ error: (any Error)?) {
        let reader = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
            guard state.end == nil else { return nil }
            state.end = error.map(End.failed) ?? .complete
            defer { state.reader = nil }
            return state.reader
        }
        if let error {
            reader?.resume(throwing: error)
        } else {
            reader?.resume(returning: nil)
        }
    }

    /// Whether the socket should be read now. If not, it will be when the reader has caught up.
    func wantsMore() -> Bool {
        state.withLock { state in
            state.isPaused = state.size >= Self.highWater
            return !state.isPaused
        }
    }

    /// The next bytes, nil at the end. Only one task may ask at a time; cancelling it closes the connection.
    func next() async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                give(to: continuation)
            }
        } onCancel: {
            end(EngineError.cancelled)
            channel.close(promise: nil)
        }
    }

    private enum Delivery {
        case bytes(ByteBuffer, resume: Bool)
        case end(End)
        case later
        case refused
    }

    private func give(to continuation: CheckedContinuation<ByteBuffer?, any Error>) {
        switch state.withLock({ Self.deliver(&$0, continuation) }) {
        case .bytes(let bytes, let resume):
            continuation.resume(returning: bytes)
            if resume { channel.read() }
        case .end(.complete): continuation.resume(returning: nil)
        case .end(.failed(let error)): continuation.resume(throwing: error)
        case .later: break
        case .refused:
            continuation.resume(
                throwing: EngineError(.invalidRequest, "two tasks are reading one answer of the Docker engine"))
        }
    }

    private static func deliver(
        _ state: inout State, _ continuation: CheckedContinuation<ByteBuffer?, any Error>
    ) -> Delivery {
        // A cancelled reader must not go on with what was buffered.
        if case .failed(let error as EngineError)? = state.end, error.kind == .cancelled { return .end(.failed(error)) }
        if let bytes = state.waiting.popFirst() {
            state.size -= bytes.readableBytes
            let resume = state.isPaused && state.size <= lowWater
            if resume { state.isPaused = false }
            return .bytes(bytes, resume: resume)
        }
        if let end = state.end { return .end(end) }
        guard state.reader == nil else { return .refused }
        state.reader = continuation
        return .later
    }
}
