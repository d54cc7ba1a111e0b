import NIOCore

/// Walks a source tree, one entry at a time; each directory comes before what is in it, and siblings in the order of
/// their bytes. Used by one task.
protocol EntryCursor: AnyObject {
    /// Seconds since 1970, for files that are not in the tree.
    var modificationTime: Int { get }

    func next() async throws -> SourceEntry?

    /// Leaves out what is below the directory that `next()` returned last.
    func skipDescendants()

    /// Opens the file that `next()` returned last. The reader delivers exactly the size that the entry gives.
    func content(of entry: SourceEntry) throws -> any ContentReader
}

/// What a cursor finds.
struct SourceEntry {
    enum Kind: Equatable {
        case file(isExecutable: Bool)
        case directory
        case symlink
        /// Another repository's commit, which has to be fetched before its files can be walked.
        case submodule
    }

    let path: [UInt8]
    let kind: Kind
    /// Seconds since 1970.
    let modificationTime: Int
}

/// The bytes of one file.
protocol ContentReader: AnyObject {
    /// In bytes.
    var size: Int { get }

    /// Appends up to `maximum` bytes to the buffer; returns how many, 0 at the end.
    func read(into buffer: inout ByteBuffer, maximum: Int) throws -> Int
}

/// Content that is in memory.
final class BytesReader: ContentReader {
    let size: Int
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        size = bytes.count
        rest = bytes[...]
    }

    func read(into buffer: inout ByteBuffer, maximum: Int) throws -> Int {
        let piece = rest.prefix(maximum)
        rest = rest.dropFirst(piece.count)
        return buffer.writeBytes(piece)
    }
}
