public import CairnCore

/// The name of a plugin, which is the name of its directory and the first word of its commands.
public struct PluginName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let rawValue: String
    public var description: String { rawValue }

    /// - Throws: `E-INVALID-NAME` for anything but letters, digits, `-` and `_`, and for more than 64 of them.
    public init(validating name: String) throws(CairnError) {
        guard Self.isValid(name) else {
            throw CairnError(
                .invalidName, "'\(name.excerpt())' is not a valid plugin name",
                hint: "Use letters, digits, dashes and underscores, beginning with a letter or digit.")
        }
        rawValue = name
    }

    private static func isValid(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), let first = name.utf8.first, first.isLetterOrDigit else {
            return false
        }
        return name.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    /// The order in which plugins are asked: that of the bytes, digits first.
    public static func < (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
