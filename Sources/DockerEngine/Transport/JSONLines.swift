import NIOCore

/// Splits an answer into the JSON values the engine writes one per line.
struct JSONLines {
    /// A line longer than this is no line of the engine's.
    private static let limit = 64 << 20

    let exchange: Exchange
    private var buffer = ByteBuffer()
    /// How much of the buffer is known to hold no line end.
    private var searched = 0
    private var isAtEnd = false

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    /// The next line without its end and never empty; nil at the end of the answer.
    mutating func next() async throws -> [UInt8]? {
        while true {
            if let line = takeLine() {
                if !line.isEmpty { return line }
                continue
            }
            if isAtEnd { return takeRest() }
            guard buffer.readableBytes <= Self.limit else {
                throw EngineError(.protocolViolation, "a line of the answer is longer than \(Self.limit) bytes")
            }
            if let piece = try await exchange.feed.next() {
                buffer.discardReadBytes()
                buffer.writeImmutableBuffer(piece)
            } else {
                isAtEnd = true
            }
        }
    }

    private mutating func takeLine() -> [UInt8]? {
        let view = buffer.readableBytesView
        let start = view.index(view.startIndex, offsetBy: searched)
        guard let end = view[start...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = view.count
            return nil
        }
        let line = Self.trimmed(view[..<end])
        buffer.moveReaderIndex(to: end + 1)
        searched = 0
        return line
    }

    private mutating func takeRest() -> [UInt8]? {
        let rest = Self.trimmed(buffer.readableBytesView)
        buffer.clear()
        searched = 0
        return rest.isEmpty ? nil : rest
    }

    private static func trimmed(_ view: ByteBufferView) -> [UInt8] {
        var line = [UInt8](view)
        while let last = line.last, last == UInt8(ascii: "\r") || last == UInt8(ascii: " ") { line.removeLast() }
        return line
    }
}
