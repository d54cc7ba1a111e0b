import CairnCore

/// Shows BuildKit's records as they come, readable in a terminal and in a log.
///
/// BuildKit runs what it can at the same time, so records of several steps come mixed. One step is followed at a time;
/// what the others print waits until it is done, unless it is silent, or too much waits.
struct BuildKitProgress {
    /// So many lines of a step wait for a step that prints as well.
    static let patience = 100

    private let reporter: any ProgressReporter
    private var steps: [BuildStep] = []
    private var indices: [String: Int] = [:]
    /// The step that is followed.
    private var current: Int?
    /// Whether it has printed anything since.
    private var hasPrinted = false
    /// The step that the last line shown belongs to.
    private var shown: Int?

    init(reporter: any ProgressReporter) { self.reporter = reporter }

    mutating func take(_ record: Moby_Buildkit_V1_StatusResponse) {
        for vertex in record.vertexes { steps[index(of: vertex.digest)].update(vertex) }
        for log in record.logs { steps[index(of: log.vertex)].take(log) }
        show()
    }

    mutating func finish() {
        for index in steps.indices where !steps[index].isHidden { flush(index) }
        for index in steps.indices where steps[index].isDone && !steps[index].isHidden { close(index) }
    }

    var failedStep: BuildFailure.FailedStep? {
        let failed = steps.filter { !$0.error.isEmpty }
        return (failed.first { !$0.isBystander } ?? failed.first).map {
            BuildFailure.FailedStep(name: $0.name, error: $0.error, lines: $0.lastLines)
        }
    }

    var stepCount: Int { steps.count { $0.isInstruction } }
    var cachedCount: Int { steps.count { $0.isInstruction && $0.isCached } }

    private mutating func index(of digest: String) -> Int {
        if let known = indices[digest] { return known }
        steps.append(BuildStep(digest: digest))
        indices[digest] = steps.count - 1
        return steps.count - 1
    }

    private mutating func show() {
        if let index = current {
            hasPrinted = flush(index) || hasPrinted
            if steps[index].isDone { current = nil }
        }
        for index in steps.indices where steps[index].isDone && !steps[index].isHidden {
            flush(index)
            close(index)
        }
        let running = steps.indices.filter { steps[$0].isRunning && !steps[$0].isHidden }
        let limit = hasPrinted ? Self.patience : 0
        if current != nil, let louder = running.first(where: { steps[$0].pending.count > limit }) {
            follow(louder)
        } else if current == nil, let next = running.first(where: { !steps[$0].pending.isEmpty }) ?? running.first {
            follow(next)
        }
    }

    private mutating func follow(_ index: Int) {
        current = index
        if !steps[index].hasHeader { showHeader(index) }
        hasPrinted = flush(index)
    }

    /// Shows the lines that wait; `false` when there are none.
    @discardableResult
    private mutating func flush(_ index: Int) -> Bool {
        let lines = steps[index].pending
        steps[index].pending.removeAll()
        for line in lines { show(line, of: index) }
        return !lines.isEmpty
    }

    /// Shows once how a step ended.
    private mutating func close(_ index: Int) {
        let step = steps[index]
        guard !step.isClosed else { return }
        steps[index].isClosed = true
        if !step.error.isEmpty {
            show(step.isBystander ? "stopped" : "failed after \(Self.seconds(step.tenths ?? 0))", of: index)
        } else if step.isCached, !step.hasHeader {
            reporter.detail("\(step.name): cached")
            steps[index].hasHeader = true
            shown = index
        } else if step.isCached {
            show("cached", of: index)
        } else if let tenths = step.tenths {
            show("done in \(Self.seconds(tenths))", of: index)
        }
    }

    private mutating func show(_ line: String, of index: Int) {
        if shown != index { showHeader(index) }
        reporter.detail("  " + line)
    }

    private mutating func showHeader(_ index: Int) {
        reporter.detail(steps[index].name + (steps[index].hasHeader ? " (continued)" : ""))
        steps[index].hasHeader = true
        shown = index
    }

    static func seconds(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10) s" }
}
