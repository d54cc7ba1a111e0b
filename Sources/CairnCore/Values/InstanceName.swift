/// One running copy of a process: `web.1`. Indices count from 1.
public struct InstanceName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The kind of process.
    public let process: ProcessType
    /// From 1.
    public let index: Int

    /// The instance with that index, which must be at least 1.
    public init(process: ProcessType, index: Int) {
        self.process = process
        self.index = index
    }

    /// - Throws: `E-INVALID-NAME` unless the text is `<process>.<index>`.
    public init(validating text: String) throws(CairnError) {
        let dot = text.utf8.lastIndex(of: UInt8(ascii: "."))
        let digits = dot.map { text.utf8[text.utf8.index(after: $0)...] } ?? ""[...].utf8
        // One spelling per instance: no sign and no leading zero.
        guard let dot, digits.first != UInt8(ascii: "0"), digits.allSatisfy(\.isASCIIDigit),
            let index = Int(Substring(digits))
        else {
            throw CairnError(
                .invalidName, "'\(text.excerpt())' is not the name of an instance", hint: "Write it as 'web.1'.")
        }
        self.init(process: try ProcessType(validating: String(text[..<dot])), index: index)
    }

    public var description: String { "\(process).\(index)" }
    public static func < (left: Self, right: Self) -> Bool {
        (left.process, left.index) < (right.process, right.index)
    }
}
