import CairnCore
import DockerEngine

/// One line that a container wrote.
struct LogLine: Sendable, Equatable {
    /// As the engine wrote it; empty when it wrote none.
    let timestamp: String
    /// Without the line's end.
    let text: [UInt8]

    var time: EngineTimestamp? { EngineTimestamp(rfc3339: timestamp) }

    /// Takes the timestamp off a line that the engine put one before.
    init(stamped line: ArraySlice<UInt8>) {
        let blank = line.prefix(40).firstIndex(of: UInt8(ascii: " "))
        let head = blank.map { String(decoding: line[..<$0], as: UTF8.self) } ?? ""
        let hasTime = EngineTimestamp(rfc3339: head) != nil
        timestamp = hasTime ? head : ""
        var rest = hasTime ? line[(blank ?? line.startIndex)...].dropFirst() : line
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        text = Array(rest)
    }
}

/// Cuts the two streams of one container into lines.
struct LogLines {
    private var rests: [LogChunk.Stream: [UInt8]] = [:]
    /// A line that never ends is cut here.
    private static let limit = 256 * 1024

    mutating func add(_ chunk: LogChunk) -> [LogLine] {
        var lines: [LogLine] = []
        var rest = rests[chunk.stream] ?? []
        rest += chunk.bytes
        var start = rest.startIndex
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(LogLine(stamped: rest[start..<end]))
            start = end + 1
        }
        rest.removeSubrange(..<start)
        if rest.count > Self.limit {
            lines.append(LogLine(stamped: rest[...]))
            rest = []
        }
        rests[chunk.stream] = rest
        return lines
    }

    /// What was written after the last line's end.
    mutating func finish() -> [LogLine] {
        defer { rests = [:] }
        return rests.sorted { $0.key.rawValue < $1.key.rawValue }.filter { !$0.value.isEmpty }
            .map { LogLine(stamped: $0.value[...]) }
    }
}
