import Glibc

/// How a plugin's program came to its end.
enum ProcessEnding: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// It had not ended by itself when its time was over.
    case timedOut
    /// It answered more than an answer may have.
    case tooMuchOutput
    case cancelled

    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xff) : .killed(signal: signal)
    }

    var isSuccess: Bool { self == .exited(0) }

    /// As shells give it.
    var status: Int32 {
        switch self {
        case .exited(let status): status
        case .killed(let signal): 128 + signal
        case .timedOut: 124
        case .tooMuchOutput, .cancelled: 1
        }
    }
}
