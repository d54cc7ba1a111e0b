import CairnCore

/// The lines of a `.dockerignore`, in order: the last one that matches decides.
struct IgnoreRules: Sendable {
    let patterns: [IgnorePattern]
    private let hasExceptions: Bool

    /// No file: everything is sent.
    static let none = IgnoreRules(patterns: [])

    private init(patterns: [IgnorePattern]) {
        self.patterns = patterns
        hasExceptions = patterns.contains { $0.isException }
    }

    /// Reads the file as Docker does: `#` begins a comment only in the first column, blanks around a line do not count,
    /// a leading slash means nothing, `.` and `..` are resolved.
    ///
    /// - Throws: `E-INVALID-FILE` with the line that is not a pattern.
    init(parsing bytes: [UInt8], named name: String) throws(CairnError) {
        var text = String(decoding: bytes, as: UTF8.self)
        if text.unicodeScalars.first == "\u{feff}" { text.unicodeScalars.removeFirst() }
        var patterns: [IgnorePattern] = []
        // Scalars, because "\r\n" is one Character.
        for (index, line) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.first == "#" { continue }
            let pattern = Self.trimmed(String(line))
            if pattern.isEmpty { continue }
            do {
                patterns.append(try Self.pattern(pattern))
            } catch {
                throw CairnError(
                    .invalidFile, "Line \(index + 1) of \(name) is not a pattern: \(pattern.visible)",
                    hint: "Close every '[' with ']', put something after a '!', and write a backslash as '\\\\'.")
            }
        }
        self.init(patterns: patterns)
    }

    private static func pattern(_ line: String) throws -> IgnorePattern {
        let isException = line.hasPrefix("!")
        var text = isException ? trimmed(String(line.dropFirst())) : line
        guard !text.isEmpty else { throw IgnoreGlobParser.SyntaxError() }
        text = cleaned(text)
        if text.utf8.count > 1, text.hasPrefix("/") { text.removeFirst() }
        return try IgnorePattern(text, isException: isException)
    }

    /// Whether the path is left out, by itself or because a directory above it is.
    func ignores(_ path: [UInt8]) -> Bool {
        guard !patterns.isEmpty else { return false }
        let ends = path.indices.filter { path[$0] == UInt8(ascii: "/") }
        var isIgnored = false
        // An exception matters only for what is ignored so far, any other line only for what is not.
        for pattern in patterns where pattern.isException == isIgnored {
            if pattern.matches(path[...]) || ends.contains(where: { pattern.matches(path[..<$0]) }) {
                isIgnored = !pattern.isException
            }
        }
        return isIgnored
    }

    /// Whether nothing below this ignored directory can be excepted, so that it need not be looked at.
    func ignoresAll(below directory: [UInt8]) -> Bool {
        !hasExceptions || !patterns.contains { $0.isException && $0.mayMatch(below: directory) }
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
        let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) } ?? start
        return String(scalars[start..<end])
    }

    /// Go's `path.Clean`: the shortest path that means the same.
    static func cleaned(_ path: String) -> String {
        let isRooted = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isRooted {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        if isRooted { return "/" + joined }
        return joined.isEmpty ? "." : joined
    }
}
