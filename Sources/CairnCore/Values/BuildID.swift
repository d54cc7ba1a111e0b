/// The name of a build: the time of its start in milliseconds as eight digits in base 36, then six random ones. Sorting
/// ids sorts builds by time.
public struct BuildID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Fourteen digits and lower-case letters.
    public let rawValue: String

    private static let timeDigits = 8
    private static let randomDigits = 6

    /// - Parameters:
    ///   - milliseconds: Since 1970. Eight digits last until 2059; after that they start again.
    ///   - generator: Where the random digits come from.
    public init(milliseconds: UInt64, using generator: inout some RandomNumberGenerator) {
        let random = UInt64.random(in: 0..<2_176_782_336, using: &generator)  // 36 to the power of 6
        rawValue =
            Base36.encode(milliseconds, width: Self.timeDigits) + Base36.encode(random, width: Self.randomDigits)
    }

    /// A new id that no other build gets.
    public init(milliseconds: UInt64) {
        var generator = SystemRandomNumberGenerator()
        self.init(milliseconds: milliseconds, using: &generator)
    }

    /// - Throws: `E-INVALID-NAME` unless the text is fourteen digits and lower-case letters; it then is safe as a file
    ///   name.
    public init(validating text: String) throws(CairnError) {
        let isValid =
            text.utf8.count == Self.timeDigits + Self.randomDigits
            && text.utf8.allSatisfy { $0.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        guard isValid else {
            throw CairnError(
                .invalidName, "'\(text.excerpt())' is not the id of a build", hint: "'builds:list' shows the ids.")
        }
        rawValue = text
    }

    /// When the build started, in milliseconds since 1970.
    public var milliseconds: UInt64 { UInt64(rawValue.prefix(Self.timeDigits), radix: 36) ?? 0 }

    public var description: String { rawValue }
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
