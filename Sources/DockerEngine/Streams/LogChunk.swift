/// A piece of what a container or exec wrote. Pieces are cut as they arrive, not at line ends.
public struct LogChunk: Sendable, Equatable {
    /// Which of the process's streams the bytes were written to.
    public enum Stream: UInt8, Sendable, Hashable {
        /// Echoed input; engines send it only for attached terminals, if at all.
        case standardInput = 0
        /// Standard output, and everything of a process with a terminal.
        case standardOutput = 1
        /// Standard error.
        case standardError = 2
    }

    /// Where the bytes were written to.
    public let stream: Stream
    /// The bytes, not necessarily text and perhaps ending inside a character.
    public let bytes: [UInt8]

    /// Makes a piece, as tests of readers need.
    public init(stream: Stream, bytes: [UInt8]) {
        self.stream = stream
        self.bytes = bytes
    }
}
