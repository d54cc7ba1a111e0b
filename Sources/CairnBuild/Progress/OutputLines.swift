/// Cuts what a step prints into lines, as a terminal would show them in the end: what a carriage return overwrites and
/// what colours or moves the cursor is left out.
struct OutputLines {
    /// A longer line is cut in pieces of this many bytes.
    static let maximumLength = 8 << 10

    private var partial: [UInt8] = []

    /// Takes more output; returns the lines that are complete now.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || partial.count >= Self.maximumLength {
                lines.append(Self.clean(partial))
                partial.removeAll(keepingCapacity: true)
            }
            if byte != UInt8(ascii: "\n") { partial.append(byte) }
        }
        return lines
    }

    /// The last line, when it does not end in a newline.
    mutating func finish() -> [String] {
        defer { partial.removeAll() }
        return partial.isEmpty ? [] : [Self.clean(partial)]
    }

    /// A progress bar is one line, drawn again and again after a carriage return: only its last state counts.
    private static func clean(_ bytes: [UInt8]) -> String {
        let drawn = bytes.split(separator: UInt8(ascii: "\r"))
        return withoutEscapes(String(decoding: drawn.last ?? [], as: UTF8.self))
    }

    /// Removes the sequences of ECMA-48: `ESC [ … letter`, `ESC ] … BEL` and `ESC` with one more character.
    static func withoutEscapes(_ text: String) -> String {
        guard text.utf8.contains(0x1b) else { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\u{1b}" else {
                result.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "[": while let next = rest.popFirst(), !(0x40...0x7e).contains(next.value) {}
            case "]":
                while let next = rest.popFirst(), next != "\u{07}" {
                    if next == "\u{1b}" {
                        _ = rest.popFirst()
                        break
                    }
                }
            default: break
            }
        }
        return String(result)
    }
}
