import CairnCore

/// Bytes that come in pieces, handed out in the sizes that a format asks for.
final class ByteReader {
    private let nextPiece: () async throws -> [UInt8]?
    private let maximum: Int
    private var piece: ArraySlice<UInt8> = []
    private var isAtEnd = false
    /// How many bytes have come so far.
    private var received = 0

    /// - Parameters:
    ///   - maximum: When more bytes come than that, the archive is refused as one that unpacks to too much.
    ///   - nextPiece: Returns nil at the end.
    init(maximum: Int, _ nextPiece: @escaping () async throws -> [UInt8]?) {
        self.maximum = maximum
        self.nextPiece = nextPiece
    }

    /// At least one byte and at most `count`; none at the end.
    func read(upTo count: Int) async throws -> [UInt8] {
        try await fill()
        let bytes = piece.prefix(count)
        piece = piece.dropFirst(bytes.count)
        return Array(bytes)
    }

    /// Exactly that many bytes.
    ///
    /// - Throws: `E-ARCHIVE-REFUSED` when there are fewer.
    func read(exactly count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try await read(upTo: count - bytes.count)
            guard !more.isEmpty else { throw CairnError.archive("ends in the middle of a member: it is not complete") }
            bytes += more
        }
        return bytes
    }

    /// Passes over that many bytes, which have to be there.
    func skip(_ count: Int) async throws {
        var rest = count
        while rest > 0 { rest -= try await read(exactly: min(rest, 64 << 10)).count }
    }

    /// Reads to the end, and says whether there was anything left.
    func drain() async throws -> Bool {
        var hasMore = false
        while try await !read(upTo: .max).isEmpty { hasMore = true }
        return hasMore
    }

    private func fill() async throws {
        while piece.isEmpty && !isAtEnd {
            guard let bytes = try await nextPiece() else {
                isAtEnd = true
                return
            }
            received += bytes.count
            guard received <= maximum else {
                throw CairnError.archive("unpacks to far more than its own size, or than is allowed")
            }
            piece = bytes[...]
        }
    }
}
