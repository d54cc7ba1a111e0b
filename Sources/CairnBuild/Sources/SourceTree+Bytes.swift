public import NIOCore

extension SourceTree {
    /// `archive` in pieces of plain bytes.
    public func archivedBytes(
        _ options: ArchiveOptions
    ) -> AsyncMapSequence<AsyncThrowingStream<ByteBuffer, any Error>, [UInt8]> {
        archive(options).map { Array($0.readableBytesView) }
    }
}
