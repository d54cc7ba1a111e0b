/// The name of an app: what follows the colon in `git push cairn@host:web`.
public struct AppName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as text.
    public let rawValue: String

    /// Longer names do not fit into a DNS label together with a process type and an index.
    public static let maximumLength = 40

    /// - Throws: `E-INVALID-NAME` unless the name starts with a lower-case letter or digit and holds only lower-case
    ///   letters, digits, dots and dashes.
    public init(validating name: String) throws(CairnError) {
        let bytes = name.utf8
        let isValid =
            !bytes.isEmpty && bytes.count <= Self.maximumLength && bytes.first.map(Self.isAlphanumeric) == true
            && bytes.last.map(Self.isAlphanumeric) == true
            && bytes.allSatisfy { Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
            // Docker takes no image name in which a dot has another dot or a dash beside it.
            && !["..", ".-", "-."].contains(where: name.contains) && !name.hasSuffix(".git")
        guard isValid else {
            throw CairnError(
                .invalidName, "'\(name.excerpt())' is not a valid app name",
                hint: """
                    App name must begin with lowercase alphanumeric character, and may only contain lowercase \
                    alphanumerics, dots, and hyphens (at most \(Self.maximumLength); it ends with a letter or digit, \
                    has one dot at a time, and does not end with '.git').
                    """)
        }
        rawValue = name
    }

    public var description: String { rawValue }
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
