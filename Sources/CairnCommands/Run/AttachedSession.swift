import CairnCore
import DockerEngine
import Glibc

/// Connects the caller to a process in a container: what they type goes in, what it writes comes out, until the process
/// has closed its output or the caller is gone.
struct AttachedSession {
    enum Ending: Sendable {
        case outputEnded
        /// The caller's terminal or connection went away. The process may still run.
        case callerGone
    }

    let stream: HijackedStream
    let console: any Console
    let caller: Caller
    /// The terminal whose size the process is told; nil when it has none.
    let terminal: Int32?
    let resize: @Sendable (WindowSize) async throws -> Void
    /// What is done about a SIGINT, SIGTERM or SIGQUIT to this process.
    let forward: @Sendable (Int32) async throws -> Void

    func run() async throws -> Ending {
        await tellSize()
        if !caller.hasInput { try? await stream.closeWrite() }
        return try await withThrowingTaskGroup(of: Ending?.self) { group in
            group.addTask {
                try await copyOutput()
                return .outputEnded
            }
            group.addTask { await followCaller() }
            defer { group.cancelAll() }
            while let ending = try await group.next() {
                if let ending { return ending }
            }
            return .callerGone
        }
    }

    private func copyOutput() async throws {
        for try await chunk in stream.inbound {
            switch chunk.stream {
            case .standardError: console.passOnError(chunk.bytes)
            default: console.write(chunk.bytes)
            }
        }
    }

    /// Returns nil when this task was cancelled.
    private func followCaller() async -> Ending? {
        var signals = 0
        for await event in caller.events {
            switch event {
            case .input(let bytes):
                // A process that has closed its input is no failure: its output decides.
                if (try? await stream.write(bytes)) != nil { caller.wantMore() }
            case .endOfInput: try? await stream.closeWrite()
            case .resized: await tellSize()
            case .signal(let number):
                signals += 1
                // Whoever asks a second time does not want to wait for an answer.
                if signals > 1 { return .callerGone }
                try? await forward(number)
            case .gone: return .callerGone
            }
        }
        return nil
    }

    /// A size that could not be told is no reason to end the session.
    private func tellSize() async {
        guard let terminal, let size = WindowSize(of: terminal) else { return }
        try? await resize(size)
    }
}

extension AttachedSession {
    /// The engine's name of a signal that callers send.
    static func name(of signal: Int32) -> String {
        switch signal {
        case SIGINT: "INT"
        case SIGQUIT: "QUIT"
        default: "TERM"
        }
    }
}
