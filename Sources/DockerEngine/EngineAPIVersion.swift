/// A version of the Engine API, such as 1.41; it is part of every request path (`/v1.41/…`).
public struct EngineAPIVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number before the dot.
    public let major: Int
    /// The number after the dot.
    public let minor: Int

    /// The oldest version whose answers this client understands (engine 19.03).
    public static let oldest = EngineAPIVersion(major: 1, minor: 40)
    /// The newest version this client was written against (engine 28). A newer engine is asked to speak this one.
    public static let newest = EngineAPIVersion(major: 1, minor: 51)

    /// Makes a version from its two numbers.
    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads the form of the `Api-Version` header, `1.41`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]), major >= 0, minor >= 0 else {
            return nil
        }
        self.init(major: major, minor: minor)
    }

    /// The form used in paths and headers, without `v`.
    public var description: String { "\(major).\(minor)" }

    /// Orders by major, then minor number: 1.9 is before 1.41.
    public static func < (left: EngineAPIVersion, right: EngineAPIVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
