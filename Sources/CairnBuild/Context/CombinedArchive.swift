import NIOCore

/// Several archives without an end, one after the other, as one with an end.
actor CombinedArchive {
    private var rest: [AsyncThrowingStream<ByteBuffer, any Error>.Iterator]
    private var isFinished = false

    private init(_ parts: [AsyncThrowingStream<ByteBuffer, any Error>]) {
        rest = parts.map { $0.makeAsyncIterator() }
    }

    /// - Parameter parts: Made with `ArchiveOptions.isPart`.
    static func stream(
        _ parts: [AsyncThrowingStream<ByteBuffer, any Error>]
    ) -> AsyncThrowingStream<ByteBuffer, any Error> {
        let archive = CombinedArchive(parts)
        return AsyncThrowingStream { try await archive.next() }
    }

    private func next() async throws -> ByteBuffer? {
        while var iterator = rest.first {
            if let chunk = try await iterator.next(isolation: self) { return chunk }
            rest.removeFirst()
        }
        if isFinished { return nil }
        isFinished = true
        var end = ByteBuffer()
        TarHeader.writeEnd(to: &end)
        return end
    }
}
