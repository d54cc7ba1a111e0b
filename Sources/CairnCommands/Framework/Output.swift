public import CairnCore

/// What a command prints for a person or for a script. Results go to standard output; warnings and failures to standard
/// error. The four prefixes are those of the reference command set.
///
/// Text with a prefix is made harmless (`String.visible`), because much of it comes from apps. `line` and `bytes` are for
/// results and write what they are given.
public struct Output: Sendable {
    let console: any Console
    /// `--quiet`: steps, headlines and details are dropped, results stay.
    public let isQuiet: Bool
    /// `--trace`: lines of `trace` are printed.
    let isTracing: Bool

    public init(console: any Console, isQuiet: Bool = false, isTracing: Bool = false) {
        self.console = console
        self.isQuiet = isQuiet
        self.isTracing = isTracing
    }

    /// `-----> text`
    public func step(_ text: String) { if !isQuiet { write("-----> ", text) } }
    /// `=====> text`
    public func headline(_ text: String) { if !isQuiet { write("=====> ", text) } }
    /// A line of progress below a step, set in by seven blanks.
    public func detail(_ text: String) { if !isQuiet { write("       ", text) } }
    /// ` !     text` on standard output: something worth knowing that is no failure.
    public func notice(_ text: String) { write(" !     ", text) }

    /// ` !     text` on standard error.
    public func warning(_ text: String) {
        for line in Self.lines(text) { console.writeError(" !     \(line)\n") }
    }

    /// ` ?     text` on standard error, only with `--trace`.
    public func trace(_ text: @autoclosure () -> String) {
        if isTracing { console.writeError(" ?     \(text().visible)\n") }
    }

    /// One line of a result, exactly as given.
    public func line(_ text: String) { console.write(text + "\n") }
    /// A result that is no text.
    public func bytes(_ bytes: [UInt8]) { console.write(bytes) }
    /// A result for a script: one line of JSON with sorted keys.
    public func json(_ value: JSONValue) { line(value.text) }

    /// Rows below their headings, in columns two blanks apart. `--quiet` drops the headings.
    public func table(_ headings: [String], _ rows: [[String]], indent: String = "") {
        let table = TextTable(header: isQuiet ? nil : headings, rows: rows.map { $0.map(\.visible) })
        for row in table.lines { line(indent + row) }
    }

    /// The same output for work that reports its progress.
    public var reporter: any ProgressReporter { OutputReporter(output: self) }

    private func write(_ prefix: String, _ text: String) {
        for line in Self.lines(text) { console.write(prefix + line + "\n") }
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).visible }
    }
}

private struct OutputReporter: ProgressReporter {
    let output: Output
    func step(_ text: String) { output.step(text) }
    func headline(_ text: String) { output.headline(text) }
    func detail(_ text: String) { output.detail(text) }
    func warning(_ text: String) { output.warning(text) }
}

extension String {
    /// The text with blanks behind it, up to `width` characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
