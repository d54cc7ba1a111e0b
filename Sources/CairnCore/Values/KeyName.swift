/// The name under which an ssh key is kept, usually that of its owner.
public struct KeyName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as text.
    public let rawValue: String

    /// - Throws: `E-INVALID-NAME` unless the name is 1 to 64 letters, digits, `_`, `.`, `-` and `@` and does not start
    ///   with a dash or a dot.
    public init(validating name: String) throws(CairnError) {
        let marks = "_.-@".utf8
        let isValid =
            (1...64).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: "-")
            && name.utf8.first != UInt8(ascii: ".")
            && name.utf8.allSatisfy { $0.isASCIIAlphanumeric || marks.contains($0) }
        guard isValid else {
            throw CairnError(
                .invalidName, "'\(name.excerpt())' is not a valid name for an ssh key",
                hint: "Use up to 64 letters, digits, '_', '.', '-' and '@', such as 'ada@laptop'.")
        }
        rawValue = name
    }

    public var description: String { rawValue }
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
