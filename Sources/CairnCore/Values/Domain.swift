/// A host name that an app answers to: `example.com`, or `*.example.com` for every name one label below.
public struct Domain: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// In lower case.
    public let rawValue: String

    /// Lower-cases the name and checks it against the LDH rule of RFC 1123 (letters, digits, inner dashes; labels of 1
    /// to 63 bytes, 253 in all). One `*` is allowed, as the whole leftmost label of a name with two more labels.
    ///
    /// - Throws: `E-INVALID-NAME`.
    public init(validating name: String) throws(CairnError) {
        let lowered = name.lowercased()
        var labels = lowered.split(separator: ".", omittingEmptySubsequences: false)
        if labels.first == "*" && labels.count >= 3 { labels.removeFirst() }
        let isValid =
            // `lowercased` turns some letters outside ASCII into ASCII ones, such as the Kelvin sign.
            name.utf8.allSatisfy { $0 < 0x80 } && lowered.utf8.count <= 253 && !labels.isEmpty
            && labels.allSatisfy(Self.isLabel)
            && !Self.looksLikeAddress(labels)
        guard isValid else {
            throw CairnError(
                .invalidName, "\(name.excerpt()) is invalid. exiting...",
                hint: """
                    A domain is letters, digits and dashes between dots, such as 'www.example.com' or '*.example.com'.
                    """)
        }
        rawValue = lowered
    }

    /// Whether it begins with `*.`.
    public var isWildcard: Bool { rawValue.hasPrefix("*.") }
    public var description: String { rawValue }
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Whether a request for `other` would match this name: equal, or one label below a wildcard (RFC 6125, 6.4.3).
    public func covers(_ other: Domain) -> Bool {
        if self == other { return true }
        guard isWildcard, let dot = other.rawValue.firstIndex(of: ".") else { return false }
        return other.rawValue[dot...] == rawValue.dropFirst()
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
    }

    private static func looksLikeAddress(_ labels: [Substring]) -> Bool {
        labels.last?.utf8.allSatisfy(\.isASCIIDigit) == true
    }
}
