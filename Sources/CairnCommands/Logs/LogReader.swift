import ArgumentParser
import CairnCore
import CairnDeploy
import CairnStore
import DockerEngine
import Foundation
import Glibc
import Synchronization

/// The flags of every command that shows logs.
struct LogOptionGroup: ParsableArguments {
    @Option(
        name: [.customShort("n"), .customLong("num")], help: "How many of the last lines of each container to show.")
    var count = 100
    @Flag(
        name: [.customShort("t"), .customLong("tail")], help: "Go on with what is written from now on, until Ctrl-C.")
    var follows = false
    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print the lines alone, as they were written.")
    var quiet = false

    mutating func validate() throws {
        guard (0...1_000_000).contains(count) else { throw ValidationError("--num is a number from 0 to 1000000") }
    }
}

/// Reads the output of several containers as one: what was written so far in the order of time, then what is written.
struct LogReader: Sendable {
    /// Containers that do not exist yet but are to be followed when they start.
    struct Newcomers: Sendable {
        /// The engine's labels that they carry.
        let labels: [String]
        /// What they are called, by their labels; nil for one that is not wanted.
        let source: @Sendable (_ containerID: String, _ labels: [String: String]) -> LogSource?
    }

    let platform: Platform
    let options: LogOptionGroup

    /// - Throws: `ExitStatus` when the task was cancelled: whoever ends the following knows that it has ended.
    func show(_ sources: [LogSource], follow newcomers: Newcomers?, _ printer: LogPrinter) async throws {
        do { try await showAll(sources, newcomers, printer) } catch {
            if Task.isCancelled { throw ExitStatus(128 + SIGINT) }
            throw error
        }
    }

    private func showAll(_ sources: [LogSource], _ newcomers: Newcomers?, _ printer: LogPrinter) async throws {
        // Followed from before the containers are read, so that none that starts now is missed.
        let events = options.follows ? try await starts(newcomers) : nil
        let begin = Date()
        let progress = LogProgress()
        for (source, line) in try await history(sources) {
            printer.print(line, of: source)
            progress.saw(line, of: source.containerID)
        }
        guard options.follows else { return }
        for source in sources { progress.begin(source.containerID, at: begin) }
        try await withThrowingDiscardingTaskGroup { group in
            for source in sources {
                group.addTask { try await follow(source, progress, printer) }
            }
            guard let events, let newcomers else { return }
            try await platform.askEngine("following the engine's events") { _ in
                for try await event in events {
                    guard let source = newcomers.source(event.actorID, event.attributes) else { continue }
                    group.addTask { try await follow(source, progress, printer) }
                }
            }
            // The engine ended the stream, so it stops.
            throw CairnError(.engineDown, "The Docker Engine has stopped", hint: "Apps that run are still served.")
        }
    }

    private func starts(_ newcomers: Newcomers?) async throws -> EngineEvents? {
        guard let newcomers else { return nil }
        return try await platform.askEngine("following the engine's events") {
            try await $0.events(filters: ["type": ["container"], "event": ["start"], "label": newcomers.labels])
        }
    }

    /// The last lines of each, in the order of time.
    private func history(_ sources: [LogSource]) async throws -> [(LogSource, LogLine)] {
        guard options.count > 0 else { return [] }
        let all = try await withThrowingTaskGroup(of: [(LogSource, LogLine)].self) { group in
            for source in sources {
                group.addTask {
                    var lines: [LogLine] = []
                    try await read(source, LogOptions(tail: options.count, timestamps: true)) { lines.append($0) }
                    return lines.map { (source, $0) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        // Stable, so that lines of one moment stay in the order of their container.
        return all.enumerated().sorted {
            ($0.element.1.timestamp, $0.offset) < ($1.element.1.timestamp, $1.offset)
        }.map(\.element)
    }

    private func follow(_ source: LogSource, _ progress: LogProgress, _ printer: LogPrinter) async throws {
        let options = LogOptions(follow: true, since: progress.next(of: source.containerID), timestamps: true)
        try await read(source, options) { line in
            progress.saw(line, of: source.containerID)
            printer.print(line, of: source)
        }
    }

    private func read(_ source: LogSource, _ options: LogOptions, _ body: (LogLine) -> Void) async throws {
        try await platform.askEngine("reading the log of \(source.label)") { engine in
            var lines = LogLines()
            do {
                try await engine.logs(source.containerID, options) { chunk in lines.add(chunk).forEach(body) }
            } catch let error as EngineError where error.isNotFound || error.isConflict {
                // It has been removed meanwhile.
            }
            lines.finish().forEach(body)
        }
    }
}

/// How far the log of each container has been shown.
private final class LogProgress: Sendable {
    private let last = Mutex<[String: EngineTimestamp]>([:])

    func saw(_ line: LogLine, of id: String) {
        guard let time = line.time else { return }
        last.withLock { last in last[id] = max(last[id] ?? time, time) }
    }

    /// Nothing that was written before is wanted of a container of which nothing was shown.
    func begin(_ id: String, at date: Date) {
        let seconds = date.timeIntervalSince1970
        let whole = seconds.rounded(.down)
        last.withLock { last in
            if last[id] == nil {
                last[id] = EngineTimestamp(seconds: Int64(whole), nanoseconds: Int32((seconds - whole) * 1e9))
            }
        }
    }

    /// The moment from which on lines are new; nil for a container that has not been seen.
    func next(of id: String) -> EngineTimestamp? {
        last.withLock { last in
            last[id].map {
                $0.nanoseconds == 999_999_999
                    ? EngineTimestamp(seconds: $0.seconds + 1)
                    : EngineTimestamp(seconds: $0.seconds, nanoseconds: $0.nanoseconds + 1)
            }
        }
    }
}
