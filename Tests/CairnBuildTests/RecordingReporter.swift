import CairnCore
import Synchronization

/// Keeps what is reported.
final class RecordingReporter: ProgressReporter {
    private let kept = Mutex<[String]>([])
    private let onDetail: @Sendable (String) -> Void

    init(onDetail: @escaping @Sendable (String) -> Void = { _ in }) { self.onDetail = onDetail }

    var lines: [String] { kept.withLock { $0 } }
    /// What was said inside a step.
    var details: [String] { lines.filter { $0.hasPrefix("       ") }.map { String($0.dropFirst(7)) } }
    var warnings: [String] { lines.filter { $0.hasPrefix(" ! ") }.map { String($0.dropFirst(3)) } }

    func step(_ text: String) { keep("-----> " + text) }
    func headline(_ text: String) { keep("=====> " + text) }
    func warning(_ text: String) { keep(" ! " + text) }

    func detail(_ text: String) {
        keep("       " + text)
        onDetail(text)
    }

    private func keep(_ line: String) { kept.withLock { $0.append(line) } }
}
