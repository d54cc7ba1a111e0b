/// How long a call waits for the engine before it fails with ``EngineError/Kind/timeout``.
///
/// Streams (build, logs, events, attach, exec, pull, wait) have a deadline only for connecting and, where the engine
/// answers at once, for the beginning of the answer: they last as long as what they show.
public struct EngineDeadlines: Sendable, Equatable {
    /// Making the connection.
    public var connect: Duration
    /// Calls that read or change the engine's own records.
    public var call: Duration
    /// Calls that do work on disk, in the kernel or on processes: create, start, remove, commit, prune, networks.
    public var work: Duration

    /// The defaults leave room for a busy disk: an answer that takes longer is not coming.
    public init(connect: Duration = .seconds(5), call: Duration = .seconds(30), work: Duration = .seconds(300)) {
        self.connect = connect
        self.call = call
        self.work = work
    }
}
