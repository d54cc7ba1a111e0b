/// The file that names an app's processes: one `type: command` per line, as Heroku introduced it.
///
/// Blank lines and lines that start with `#` or `//` are comments; a `#` after a blank, outside quotes, ends a command.
/// Lines may end in CR LF. Anything else, such as what a merge conflict leaves behind, makes the whole file invalid, so
/// that no half-read file is ever deployed.
public struct Procfile: Sendable, Equatable, Codable {
    /// One line of the file.
    public struct Entry: Sendable, Equatable, Codable {
        /// The word before the colon.
        public let type: ProcessType
        /// What follows it, as written; see `ProcessCommand` for how it becomes arguments.
        public let command: String

        /// A line of known parts.
        public init(type: ProcessType, command: String) {
            self.type = type
            self.command = command
        }
    }

    /// The processes in the order of the file, each type once.
    public let processes: [Entry]

    /// More types than any app has; each may become containers.
    public static let maximumProcesses = 100
    /// In bytes.
    public static let maximumSize = 64 * 1024

    /// Reads the file; `file` is what errors call it, when it is not at the usual path.
    ///
    /// - Throws: `E-INVALID-FILE` with the number of the line and what is wrong with it.
    public init(parsing bytes: [UInt8], file: String = "Procfile") throws(CairnError) {
        let text = try SourceText.decode(bytes, file: file, maximumBytes: Self.maximumSize)
        var reader = ProcfileReader(file: file)
        // Split by scalars: CR LF is a single `Character`.
        for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            try reader.take(line)
        }
        processes = try reader.finish()
    }

    /// The same for text.
    public init(parsing text: String, file: String = "Procfile") throws(CairnError) {
        try self.init(parsing: Array(text.utf8), file: file)
    }

    /// The command of a type as written, nil when the file does not name it.
    public subscript(type: ProcessType) -> String? { processes.first { $0.type == type }?.command }

    /// All types in the order of the file.
    public var types: [ProcessType] { processes.map(\.type) }
}

/// Takes the lines of a Procfile one by one.
private struct ProcfileReader {
    let file: String
    private var number = 0
    private var entries: [Procfile.Entry] = []
    /// Where each type was seen, to tell of a second one.
    private var lines: [ProcessType: Int] = [:]

    init(file: String) { self.file = file }

    mutating func take(_ line: Substring.UnicodeScalarView) throws(CairnError) {
        number += 1
        let content = String(String.UnicodeScalarView(line.last == "\r" ? line.dropLast() : line))
        guard !content.unicodeScalars.contains(where: { $0.isHidden && $0.value < 0xa0 }) else {
            throw error("it contains a control character", content)
        }
        let text = content.trimmingBlanks
        if text.isEmpty || text.unicodeScalars.first == "#" || text.utf8.starts(with: "//".utf8) { return }
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].contains(where: { text.utf8.starts(with: $0.utf8) }) {
            throw error("a merge conflict was left in it", content)
        }
        guard let colon = text.unicodeScalars.firstIndex(of: ":") else { throw error("it has no ':'", content) }
        let type = try type(String(text.unicodeScalars[..<colon]), content)
        let command = Self.withoutComment(text.unicodeScalars[text.unicodeScalars.index(after: colon)...])
        guard !command.isEmpty else { throw error("'\(type)' has no command", content) }
        if let first = lines.updateValue(number, forKey: type) {
            throw error("'\(type)' is named a second time, after line \(first)", content)
        }
        entries.append(Procfile.Entry(type: type, command: command))
        guard entries.count <= Procfile.maximumProcesses else {
            throw error("it names more than \(Procfile.maximumProcesses) processes", content)
        }
    }

    func finish() throws(CairnError) -> [Procfile.Entry] {
        guard !entries.isEmpty else {
            throw CairnError(.invalidFile, "\(file) names no process", hint: "\(Self.form) Or remove the file.")
        }
        return entries
    }

    private func type(_ name: String, _ line: String) throws(CairnError) -> ProcessType {
        do { return try ProcessType(validating: name) } catch {
            throw self.error("'\(name.excerpt(70))' is not a valid process type", line)
        }
    }

    private func error(_ problem: String, _ line: String) -> CairnError {
        CairnError(
            .invalidFile, "\(file), line \(number): \(problem)", hint: Self.form, evidence: [line.excerpt(120)])
    }

    private static let form = "Write one 'type: command' per line, such as 'web: node server.js'."

    /// The text up to a `#` that follows a blank and stands outside quotes.
    private static func withoutComment(_ text: Substring.UnicodeScalarView) -> String {
        var quote: Unicode.Scalar?
        var previous: Unicode.Scalar = " "
        var end = text.endIndex
        scan: for index in text.indices {
            let scalar = text[index]
            switch (quote, scalar) {
            case (nil, "#") where previous.isBlank:
                end = index
                break scan
            case (nil, "'"), (nil, "\""): if previous != "\\" { quote = scalar }
            case (let open?, _) where open == scalar && (open == "'" || previous != "\\"): quote = nil
            default: break
            }
            // A backslash that is itself escaped escapes nothing.
            previous = previous == "\\" && scalar == "\\" ? "a" : scalar
        }
        return String(String.UnicodeScalarView(text[..<end])).trimmingBlanks
    }
}
