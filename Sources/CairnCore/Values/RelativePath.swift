/// A path inside a source tree: no leading slash, no `..`, no control characters. It names a place; it proves nothing
/// about what is there.
public struct RelativePath: Hashable, Sendable, CustomStringConvertible {
    /// The path with `/` between its parts.
    public let rawValue: String

    /// - Throws: `E-INVALID-VALUE`.
    public init(validating path: String) throws(CairnError) {
        // Bytes, as the file system sees them: with a combining mark after it, a '/' is another `Character`.
        let bytes = path.utf8
        let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isValid =
            !bytes.isEmpty && bytes.count <= 4096 && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
            && parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
            && bytes.first != UInt8(ascii: "-")
        guard isValid else {
            throw CairnError(
                .invalidValue, "'\(path.excerpt())' is not a path inside the source tree",
                hint: "Use a relative path without '..', such as 'deploy/Dockerfile'.")
        }
        rawValue = path
    }

    public var description: String { rawValue }

    // Paths are bytes: two spellings of one accented letter name two files, though the strings are equal.
    public static func == (left: Self, right: Self) -> Bool { left.rawValue.utf8.elementsEqual(right.rawValue.utf8) }
    public func hash(into hasher: inout Hasher) { hasher.combine(Array(rawValue.utf8)) }
}
