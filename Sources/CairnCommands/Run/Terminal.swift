import CairnCore
import Glibc

/// The terminal behind a descriptor, switched to raw mode so that every key goes to the process in the container: its
/// terminal does the editing, the echo and the signals.
final class RawTerminal: Sendable {
    private let descriptor: Int32
    private let saved: termios

    /// - Returns: nil when the descriptor is no terminal; nothing has changed then.
    init?(_ descriptor: Int32) {
        var mode = termios()
        guard tcgetattr(descriptor, &mode) == 0 else { return nil }
        self.descriptor = descriptor
        saved = mode
        cfmakeraw(&mode)
        guard tcsetattr(descriptor, TCSADRAIN, &mode) == 0 else { return nil }
    }

    /// Puts the terminal back as it was found. May be called more than once.
    func restore() {
        var mode = saved
        tcsetattr(descriptor, TCSADRAIN, &mode)
    }

    deinit { restore() }
}

/// The size of a terminal in characters.
struct WindowSize: Sendable, Equatable {
    let height: Int
    let width: Int

    init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// - Returns: nil for what is no terminal, and for one that does not know its size.
    init?(of descriptor: Int32) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else { return nil }
        self.init(height: Int(size.ws_row), width: Int(size.ws_col))
    }
}

/// What a console that is bound to this process's descriptors can do beyond the others.
protocol DescriptorConsole: Console {
    /// Writes to standard error, as it is.
    func writeError(_ bytes: [UInt8])
    var isOutputTerminal: Bool { get }
}

extension TerminalConsole: DescriptorConsole {
    func writeError(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return }
            if count > 0 { rest = rest.dropFirst(count) }
        }
    }

    var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
}

extension Console {
    /// Writes bytes of a container to standard error.
    func passOnError(_ bytes: [UInt8]) {
        if let console = self as? any DescriptorConsole {
            console.writeError(bytes)
        } else {
            writeError(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Whether a person looks at standard output.
    var isOutputTerminal: Bool { (self as? any DescriptorConsole)?.isOutputTerminal ?? false }
}
