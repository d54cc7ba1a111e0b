import CairnCore
import Glibc

/// The console of this process: its three standard descriptors.
public struct TerminalConsole: Console {
    public init() {}

    public func write(_ bytes: [UInt8]) { Self.write(bytes, to: STDOUT_FILENO) }
    public func writeError(_ text: String) { Self.write(Array(text.utf8), to: STDERR_FILENO) }
    public var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    public func readLine() -> String? { Swift.readLine() }

    public func readInput(maximum: Int) throws -> [UInt8] {
        var input: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count == 0 { return input }
            if count < 0 {
                if errno == EINTR { continue }
                throw CairnError(.io, "Standard input cannot be read: \(String(cString: strerror(errno)))")
            }
            input += chunk[..<count]
            guard input.count <= maximum else {
                throw CairnError(
                    .invalidValue, "Standard input holds more than \(maximum) bytes",
                    hint: "Check that it is the file you meant.")
            }
        }
    }

    /// A reader that has gone away is no failure of the command: what is left over is dropped.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
