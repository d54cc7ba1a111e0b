import CairnCore
import Synchronization

/// Shows a build by buildpacks as people know it: what the buildpacks print, with the prefixes they print, and of
/// everything else one line.
///
/// It stands between the progress of the generated Dockerfile and the person: headers of steps and what they print are
/// told apart by their indentation.
final class BuildpackOutput: ProgressReporter {
    private struct State {
        /// The stage whose output comes.
        var stage = ""
        var announced: Set<String> = []
        /// Whether the stage's title waits for the first line, which tells whether it runs or is cached.
        var isWaiting = false
    }

    private let reporter: any ProgressReporter
    private let state = Mutex(State())
    /// What is said when a stage begins, or is taken from the cache.
    private let titles: [String: String]

    init(reporter: any ProgressReporter, titles: [String: String]) {
        self.reporter = reporter
        self.titles = titles
    }

    func step(_ text: String) { reporter.step(text) }
    func headline(_ text: String) { reporter.headline(text) }
    func warning(_ text: String) { reporter.warning(text) }

    func detail(_ text: String) {
        if text.hasPrefix("  ") { return output(String(text.dropFirst(2))) }
        guard let stage = Self.stage(of: text) else { return }
        let isFirst = state.withLock { state in
            state.stage = stage
            state.isWaiting = state.announced.insert(stage).inserted
            return state.isWaiting
        }
        if isFirst, text.hasSuffix(": cached") { announce(isCached: true) }
    }

    private func announce(isCached: Bool) {
        let stage = state.withLock { state -> String? in
            defer { state.isWaiting = false }
            return state.isWaiting ? state.stage : nil
        }
        guard let stage else { return }
        if stage == BuildpackDockerfile.Stage.build {
            if isCached { reporter.step("Nothing has changed: taken from the last build") }
        } else if let title = titles[stage] {
            reporter.step(isCached ? "\(title): cached" : title)
        }
    }

    /// `[build 1/1] RUN …`: the stage is `build`. Only steps that run something are of interest.
    private static func stage(of header: String) -> String? {
        guard header.hasPrefix("["), let end = header.firstIndex(of: "]"), header[end...].hasPrefix("] RUN ") else {
            return nil
        }
        return header[header.index(after: header.startIndex)..<end].split(separator: " ").first.map(String.init)
    }

    private func output(_ line: String) {
        announce(isCached: line == "cached")
        // What apt prints is shown when it fails.
        guard state.withLock({ $0.stage }) == BuildpackDockerfile.Stage.build else { return }
        if Self.isAside(line) { return }
        if line.hasPrefix("-----> ") {
            reporter.step(String(line.dropFirst(7)))
        } else if line.hasPrefix("=====> ") {
            reporter.headline(String(line.dropFirst(7)))
        } else if line.hasPrefix(" !     ") {
            reporter.warning(String(line.dropFirst(7)))
        } else if line.hasPrefix(" ! ") {
            reporter.warning(String(line.dropFirst(3)))
        } else {
            reporter.detail(line.hasPrefix("       ") ? String(line.dropFirst(7)) : line)
        }
    }

    /// How a step ended, which the progress adds to its output.
    private static func isAside(_ line: String) -> Bool {
        line == "cached" || line == "stopped" || line.hasPrefix("failed after ")
            || (line.hasPrefix("done in ") && line.hasSuffix(" s"))
    }
}
