import CairnCore
import SwiftProtobuf

/// What is known of one vertex of BuildKit's graph.
struct BuildStep {
    let digest: String
    private(set) var name = ""
    private(set) var isCached = false
    private(set) var error = ""
    private(set) var started: Google_Protobuf_Timestamp?
    private(set) var completed: Google_Protobuf_Timestamp?
    /// Lines that are not shown yet.
    var pending: [String] = []
    /// The last lines, shown or not.
    private(set) var lastLines: [String] = []
    var hasHeader = false
    /// Whether its end has been shown.
    var isClosed = false
    /// Standard output and standard error, which are cut into lines each on its own.
    private var outputs: [Int64: OutputLines] = [:]

    init(digest: String) { self.digest = digest }

    /// A vertex is sent again as its fields fill in.
    mutating func update(_ vertex: Moby_Buildkit_V1_Vertex) {
        if !vertex.name.isEmpty { name = Self.shown(vertex.name) }
        if vertex.cached { isCached = true }
        if !vertex.error.isEmpty { error = vertex.error }
        if vertex.hasStarted { started = vertex.started }
        if vertex.hasCompleted {
            completed = vertex.completed
            for stream in outputs.keys.sorted() { append(outputs[stream]?.finish() ?? []) }
            outputs.removeAll()
        }
    }

    mutating func take(_ log: Moby_Buildkit_V1_VertexLog) {
        append(outputs[log.stream, default: OutputLines()].take(log.msg))
    }

    private mutating func append(_ lines: [String]) {
        pending += lines
        lastLines = (lastLines + lines.filter { !$0.isEmpty }).suffix(BuildProgress.keptLines)
    }

    var isDone: Bool { completed != nil }
    var isRunning: Bool { started != nil && completed == nil }

    /// Whether it is a line of the Dockerfile: `[2/4] RUN …` or `[build 2/4] RUN …`.
    var isInstruction: Bool {
        guard name.hasPrefix("["), let end = name.firstIndex(of: "]"), !isInternal else { return false }
        return name[..<end].contains("/")
    }

    /// The builder's own work, which says nothing to the person: reading the context, copying it.
    var isHidden: Bool { error.isEmpty && (isInternal || name.hasPrefix("copy /") || name.isEmpty) }

    private var isInternal: Bool { name.hasPrefix("[internal]") }

    /// A step that was stopped because another one failed.
    var isBystander: Bool { error.hasSuffix("context canceled") }

    /// How long it took, in tenths of a second.
    var tenths: Int? {
        guard let started, let completed else { return nil }
        let nanoseconds =
            (completed.seconds - started.seconds) * 1_000_000_000 + Int64(completed.nanos) - Int64(started.nanos)
        return Int((max(0, nanoseconds) + 50_000_000) / 100_000_000)
    }

    /// BuildKit calls a nameless only stage `stage-0`.
    private static func shown(_ name: String) -> String {
        name.hasPrefix("[stage-0 ") ? "[" + name.dropFirst("[stage-0 ".count) : name
    }
}
