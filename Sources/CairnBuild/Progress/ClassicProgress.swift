import CairnCore

/// Shows what the classic builder prints in the form that BuildKit's records are shown in.
struct ClassicProgress {
    private let reporter: any ProgressReporter
    private var output = OutputLines()
    private var name = ""
    private var lastLines: [String] = []
    private(set) var steps = 0
    private(set) var cachedSteps = 0

    init(reporter: any ProgressReporter) { self.reporter = reporter }

    mutating func take(_ text: String) {
        for line in output.take(text.utf8) { show(line) }
    }

    mutating func finish() {
        for line in output.finish() { show(line) }
    }

    /// The classic builder does not tell whether a step failed: if the build did, the last one has.
    var failedStep: BuildFailure.FailedStep? {
        steps == 0 ? nil : BuildFailure.FailedStep(name: name, error: "", lines: lastLines)
    }

    private mutating func show(_ line: String) {
        if line.hasPrefix("Step "), let colon = line.firstIndex(of: ":") {
            let number = line.dropFirst(5).prefix { $0 != " " }
            name = "[\(number)] " + line[colon...].dropFirst(2)
            lastLines = []
            steps += 1
            reporter.detail(name)
        } else if line == " ---> Using cache" {
            cachedSteps += 1
            reporter.detail("  cached")
        } else if !Self.isBookkeeping(line) {
            reporter.detail("  " + line)
            lastLines = (lastLines + [line]).suffix(BuildProgress.keptLines)
        }
    }

    /// Ids of containers and layers, which mean nothing to the person.
    private static func isBookkeeping(_ line: String) -> Bool {
        line.isEmpty || line.hasPrefix(" ---> ") || line.hasPrefix("Removing intermediate container ")
            || line.hasPrefix("Successfully built ") || line.hasPrefix("Successfully tagged ")
    }
}
