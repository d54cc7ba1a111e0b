import CairnCore
import CairnDeploy
import DockerEngine
import Glibc

/// A one-off container with the caller attached to it from before its start until it is gone.
struct AttendedContainer: Sendable {
    let id: String
    let hasTerminal: Bool
    let platform: Platform
    let console: any Console

    /// Starts it and connects the caller. However this ends, the container is removed.
    ///
    /// - Returns: The exit status of its process.
    func run() async throws -> Int32 {
        do {
            let status = try await attend()
            try await remove()
            return status
        } catch {
            // Also when this task was cancelled.
            await Task { try? await remove() }.value
            throw error
        }
    }

    private func attend() async throws -> Int32 {
        let caller = Caller(of: console, reads: true)
        defer { caller.stop() }
        let terminal = hasTerminal ? RawTerminal(STDIN_FILENO) : nil
        defer { terminal?.restore() }
        return try await platform.askEngine("running the command") { engine in
            // Attached and waited for before it starts, so that nothing is missed of a process that ends at once.
            let stream = try await engine.attach(id, tty: hasTerminal, stdin: true)
            let wait = try await engine.beginWait(id, .nextExit)
            try await engine.startContainer(id)
            let session = AttachedSession(
                stream: stream, console: console, caller: caller, terminal: hasTerminal ? STDIN_FILENO : nil,
                resize: { try await engine.resizeContainer(id, height: $0.height, width: $0.width) },
                forward: { try await engine.killContainer(id, signal: AttachedSession.name(of: $0)) })
            guard try await session.run() == .outputEnded else { throw ExitStatus(128 + SIGHUP) }
            return Int32(truncatingIfNeeded: try await wait.exitCode())
        }
    }

    /// The engine removes it too, when its process has ended by itself.
    private func remove() async throws { try await platform.removeOneOff(id) }
}
