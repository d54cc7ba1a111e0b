import CairnCore
import Synchronization

/// A container whose output is shown, and what its lines are called.
struct LogSource: Sendable, Hashable {
    let containerID: String
    /// `app[web.1]`
    let label: String
}

/// Prints lines of containers: `2026-01-31T10:20:30Z app[web.1]: text`, or with `--quiet` the lines as they are.
///
/// An app may colour its lines; everything else that could move the cursor or forge a line is made visible.
final class LogPrinter: Sendable {
    private let console: any Console
    private let isRaw: Bool
    private let hasColour: Bool
    /// A line is one piece, whoever else prints at the time.
    private let lock = Mutex(())

    init(console: any Console, options: LogOptionGroup, hasColour: Bool? = nil) {
        self.console = console
        isRaw = options.quiet
        self.hasColour = hasColour ?? console.isOutputTerminal
    }

    func print(_ line: LogLine, of source: LogSource) {
        let bytes = isRaw ? line.text : Array(formatted(line, source).utf8)
        lock.withLock { _ in console.write(bytes + [UInt8(ascii: "\n")]) }
    }

    private func formatted(_ line: LogLine, _ source: LogSource) -> String {
        let head = (line.timestamp.isEmpty ? "" : line.timestamp + " ") + source.label.visible + ":"
        let text = String(decoding: line.text, as: UTF8.self).visibleWithColours
        return (hasColour ? "\u{1b}[\(Self.colour(of: source.label))m\(head)\u{1b}[0m" : head) + " " + text
    }

    /// The same process has the same colour every time. Of the basic colours, black and white may not be seen.
    private static func colour(of label: String) -> Int {
        let colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94]
        return colours[label.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffff } % colours.count]
    }
}

extension String {
    /// `visible`, but colours and weights stay (ECMA-48, SGR); they end with the text.
    var visibleWithColours: String {
        guard utf8.contains(0x1b) else { return visible }
        var result = ""
        var rest = unicodeScalars[...]
        var isColoured = false
        while let escape = rest.firstIndex(of: "\u{1b}") {
            result += String(rest[..<escape]).visible
            rest = rest[escape...]
            if let end = Self.endOfColour(rest) {
                result += String(rest[..<end])
                rest = rest[end...]
                isColoured = true
            } else {
                result += String(rest.prefix(1)).visible
                rest = rest.dropFirst()
            }
        }
        return result + String(rest).visible + (isColoured ? "\u{1b}[0m" : "")
    }

    /// Where a sequence `ESC [ digits m` at the start ends; nil when there is none.
    private static func endOfColour(_ text: Substring.UnicodeScalarView) -> String.Index? {
        var rest = text.dropFirst()
        guard rest.popFirst() == "[" else { return nil }
        while let scalar = rest.popFirst() {
            if scalar == "m" { return rest.startIndex }
            guard ("0"..."9").contains(scalar) || scalar == ";" || scalar == ":" else { return nil }
        }
        return nil
    }
}
