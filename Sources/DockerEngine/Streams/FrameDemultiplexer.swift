import NIOCore

/// Takes the engine's mixed stream of standard output and error apart.
///
/// Each frame has a header of 8 bytes: the stream (0 to 2, or 3 for an error of the engine's own), three zero bytes and
/// the length of the payload as a big-endian number (Engine API, "Stream format" of `POST /containers/{id}/attach`).
struct FrameDemultiplexer {
    /// The stream number an engine uses to report that reading the logs itself failed.
    private static let engineFailure: UInt8 = 3

    private var buffer = ByteBuffer()
    private var stream: UInt8 = 0
    /// How much of the present frame's payload is still to come.
    private var missing = 0
    private let isRaw: Bool

    /// A demultiplexer; `tty` streams carry no frames and pass unchanged.
    init(tty: Bool) {
        isRaw = tty
    }

    mutating func append(_ bytes: ByteBuffer) {
        buffer.discardReadBytes()
        buffer.writeImmutableBuffer(bytes)
    }

    /// The next piece of what was appended; nil when more bytes are needed.
    mutating func next() throws -> LogChunk? {
        if isRaw { return take(buffer.readableBytes).map { LogChunk(stream: .standardOutput, bytes: $0) } }
        while true {
            if missing == 0, try !readHeader() { return nil }
            if missing == 0 { continue }
            if stream == Self.engineFailure {
                guard let message = take(missing, whole: true) else { return nil }
                throw EngineError(.failed, String(decoding: message, as: UTF8.self).trimmingNewlines)
            }
            guard let name = LogChunk.Stream(rawValue: stream) else {
                throw EngineError(.protocolViolation, "a frame of stream \(stream), which the Engine API does not have")
            }
            return take(missing).map { LogChunk(stream: name, bytes: $0) }
        }
    }

    /// Whether the stream ended inside a frame.
    var isIncomplete: Bool { missing > 0 || buffer.readableBytes > 0 }

    private mutating func readHeader() throws -> Bool {
        guard let header = buffer.readBytes(length: 8) else { return false }
        stream = header[0]
        missing = header[4...].reduce(0) { $0 << 8 | Int($1) }
        return true
    }

    /// Up to `length` bytes of the payload; nil when there are none, or not all and `whole` was asked for.
    private mutating func take(_ length: Int, whole: Bool = false) -> [UInt8]? {
        let count = min(length, buffer.readableBytes)
        guard count > 0, !whole || count == length, let bytes = buffer.readBytes(length: count) else { return nil }
        if !isRaw { missing -= count }
        return bytes
    }
}
