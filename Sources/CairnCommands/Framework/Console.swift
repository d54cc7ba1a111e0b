/// Where a command reads and writes: the terminal of whoever called it, or a recording one in tests.
public protocol Console: Sendable {
    /// Writes to standard output, as it is.
    func write(_ bytes: [UInt8])
    /// Writes to standard error, as it is.
    func writeError(_ text: String)
    /// Whether standard input is a terminal, so that a person can be asked.
    var isTerminal: Bool { get }
    /// The next line of standard input without its end; nil at the end of input.
    func readLine() -> String?
    /// All that standard input still holds.
    ///
    /// - Throws: `E-INVALID-VALUE` when it is more than `maximum` bytes, `E-IO` when it cannot be read.
    func readInput(maximum: Int) throws -> [UInt8]
}

extension Console {
    /// Writes text to standard output, as it is.
    public func write(_ text: String) { write(Array(text.utf8)) }
}
