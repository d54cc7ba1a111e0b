/// How many instances of each process are to run, as given to `ps:scale`: `web=2 worker=1`.
public struct Scale: Sendable, Equatable, CustomStringConvertible {
    /// The wish for one process.
    public struct Entry: Sendable, Equatable {
        /// What is scaled.
        public let process: ProcessType
        /// 0 to `maximumPerProcess`.
        public let quantity: Int
    }

    /// In the order given, each process once.
    public let entries: [Entry]

    /// More instances of one process than one host sensibly runs; the cap catches slips such as `web=1000000`.
    public static let maximumPerProcess = 100

    /// - Throws: `E-INVALID-VALUE` for a missing, malformed or too large count or a process given twice,
    ///   `E-INVALID-NAME` for a bad process type.
    public init(parsing words: [String]) throws(CairnError) {
        var entries: [Entry] = []
        for word in words {
            let entry = try Self.entry(word)
            guard !entries.contains(where: { $0.process == entry.process }) else {
                throw CairnError(
                    .invalidValue, "The count for process type \(entry.process) is given twice",
                    hint: "Give each process type once.")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    private static func entry(_ word: String) throws(CairnError) -> Entry {
        // Bytes, not characters: a combining mark after the '=' would make it another character.
        let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
        let process = try ProcessType(validating: String(word[..<(equals ?? word.endIndex)]))
        let count = equals.map { word.utf8[word.utf8.index(after: $0)...] }
        guard let count, !count.isEmpty else {
            throw CairnError(
                .invalidValue, "Missing count for process type \(process)", hint: "Write it as '\(process)=2'.")
        }
        guard count.allSatisfy(\.isASCIIDigit), let quantity = Int(Substring(count)), quantity <= maximumPerProcess
        else {
            throw CairnError(
                .invalidValue, "Invalid count for process type \(process)",
                hint: "A count is a whole number from 0 to \(maximumPerProcess).")
        }
        guard process != .release || quantity == 0 else {
            throw CairnError(
                .invalidValue, "'release' cannot be scaled: it is a task that runs once in each deploy",
                hint: "Name the process differently if it is to keep running.")
        }
        return Entry(process: process, quantity: quantity)
    }

    /// The counts by process.
    public var quantities: [ProcessType: Int] {
        Dictionary(entries.map { ($0.process, $0.quantity) }) { first, _ in first }
    }

    public var description: String { entries.map { "\($0.process)=\($0.quantity)" }.joined(separator: " ") }
}
