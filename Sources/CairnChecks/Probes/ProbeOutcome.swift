public import CairnCatalog
import Synchronization

/// What one try of a check found.
public struct ProbeOutcome: Sendable, Equatable {
    /// How many bytes of what a service says are kept, as with Consul.
    static let outputLimit = 4096

    public var status: HealthStatus
    /// What the service said, or in a few words why there was no answer. Text from outside: whoever shows it escapes it.
    public var output: String

    public init(_ status: HealthStatus, _ output: String) {
        self.status = status
        self.output = output
    }
}

/// The start of what a service says. What comes after the limit is counted as read and thrown away.
struct OutputStart: Sendable {
    let limit: Int
    private(set) var bytes: [UInt8] = []

    init(limit: Int = ProbeOutcome.outputLimit) { self.limit = limit }

    var isFull: Bool { bytes.count >= limit }

    /// The first bytes of it, for the output of a check.
    var excerpt: String { String(decoding: bytes.prefix(ProbeOutcome.outputLimit), as: UTF8.self) }

    mutating func append(_ more: some Collection<UInt8>) {
        if !isFull { bytes += more.prefix(limit - bytes.count) }
    }
}

extension OutputStart {
    /// Whether the text is in it, byte for byte.
    func contains(_ text: String) -> Bool { text.isEmpty || bytes.contains(Array(text.utf8)) }
}

/// What has been read so far, for whoever stops waiting for the rest.
final class SharedOutput: Sendable {
    private let start: Mutex<OutputStart>

    init(limit: Int = ProbeOutcome.outputLimit) { start = Mutex(OutputStart(limit: limit)) }

    var value: OutputStart { start.withLock { $0 } }

    /// Returns whether it is full now.
    func append(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        return start.withLock { start in
            start.append(bytes)
            return start.isFull
        }
    }
}
