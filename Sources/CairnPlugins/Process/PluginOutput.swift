import CairnCore

/// Takes what a plugin's program writes: keeps an answer, or hands lines on as they come, up to a limit.
struct PluginOutput {
    enum Stream { case output, error }

    /// How much is taken, in bytes.
    struct Limits: Sendable {
        var answer = 1 << 20
        var shown = 4 << 20
    }

    let limits: Limits
    /// Whether standard output is an answer, which is kept, and not shown.
    let keepsAnswer: Bool
    /// Gets each line without its end, repaired where it is no UTF-8.
    let show: (String) -> Void

    private(set) var answer: [UInt8] = []
    /// The last lines, of standard error if it has any: what decides a failure.
    var evidence: [String] { lastErrors.isEmpty ? lastOutputs : lastErrors }

    private var lastErrors: [String] = []
    private var lastOutputs: [String] = []
    private var pending: [Stream: [UInt8]] = [:]
    private var shownBytes = 0

    init(limits: Limits, keepsAnswer: Bool, show: @escaping (String) -> Void) {
        self.limits = limits
        self.keepsAnswer = keepsAnswer
        self.show = show
    }

    /// - Returns: False when the answer has become too long to be one.
    mutating func take(_ bytes: ArraySlice<UInt8>, from stream: Stream) -> Bool {
        if stream == .output && keepsAnswer {
            answer += bytes.prefix(limits.answer - answer.count + 1)
            return answer.count <= limits.answer
        }
        guard shownBytes <= limits.shown else { return true }
        shownBytes += bytes.count
        if shownBytes > limits.shown {
            showPending()
            show("(more than \(limits.shown >> 20) MiB of output: the rest is not shown)")
            return true
        }
        split(bytes, stream)
        return true
    }

    /// Shows what has no line end yet.
    mutating func finish() {
        if shownBytes <= limits.shown { showPending() }
    }

    /// A line longer than this is shown in pieces. In bytes.
    private static let longestLine = 8_192

    private mutating func split(_ bytes: ArraySlice<UInt8>, _ stream: Stream) {
        var rest = (pending.removeValue(forKey: stream) ?? [])[...] + bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line(rest[..<end], stream)
            rest = rest[(end + 1)...]
        }
        while rest.count > Self.longestLine {
            line(rest.prefix(Self.longestLine), stream)
            rest = rest.dropFirst(Self.longestLine)
        }
        if !rest.isEmpty { pending[stream] = Array(rest) }
    }

    private mutating func showPending() {
        for stream in [Stream.output, .error] {
            if let rest = pending.removeValue(forKey: stream) { line(rest[...], stream) }
        }
    }

    /// Of a line that a program has painted over itself, the last state counts, as on a terminal.
    private mutating func line(_ bytes: ArraySlice<UInt8>, _ stream: Stream) {
        let parts = bytes.split(separator: UInt8(ascii: "\r"))
        let text = String(decoding: parts.last ?? [], as: UTF8.self)
        show(text)
        guard !text.isEmpty else { return }
        switch stream {
        case .error: lastErrors = lastErrors.suffix(4) + [text]
        case .output: lastOutputs = lastOutputs.suffix(4) + [text]
        }
    }
}

extension ProgressReporter {
    /// Shows a line that a program has written with one of the usual prefixes as what the prefix says.
    func pass(_ line: String) {
        let prefixes: [(String, (String) -> Void)] = [
            ("-----> ", step), ("=====> ", headline), (" !     ", warning), ("       ", detail),
        ]
        for (prefix, report) in prefixes where line.hasPrefix(prefix) {
            return report(String(line.dropFirst(prefix.count)))
        }
        detail(line)
    }
}
