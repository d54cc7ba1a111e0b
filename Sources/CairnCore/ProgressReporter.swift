/// Where work reports what it does, as it does it. The person's terminal is one such place; a build log is another.
///
/// Text handed to a reporter is data: a reporter that writes to a terminal makes control characters visible, so that no
/// app can paint over Cairn's own lines.
public protocol ProgressReporter: Sendable {
    /// A step of the work: `-----> Building web from Dockerfile`.
    func step(_ text: String)
    /// A headline: `=====> Application deployed:`.
    func headline(_ text: String)
    /// A line below a step, set in by seven blanks.
    func detail(_ text: String)
    /// Something the person should know, which does not end the work: ` !     …`.
    func warning(_ text: String)
}

/// Drops everything; for work nobody watches and for tests.
public struct SilentReporter: ProgressReporter {
    public init() {}
    public func step(_ text: String) {}
    public func headline(_ text: String) {}
    public func detail(_ text: String) {}
    public func warning(_ text: String) {}
}

/// Hands every line to several reporters: the pusher's terminal and the build's log.
public struct TeeReporter: ProgressReporter {
    let reporters: [any ProgressReporter]
    public init(_ reporters: [any ProgressReporter]) { self.reporters = reporters }
    public func step(_ text: String) { reporters.forEach { $0.step(text) } }
    public func headline(_ text: String) { reporters.forEach { $0.headline(text) } }
    public func detail(_ text: String) { reporters.forEach { $0.detail(text) } }
    public func warning(_ text: String) { reporters.forEach { $0.warning(text) } }
}
