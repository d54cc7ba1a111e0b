import CairnCatalog
import CairnCore
import DockerEngine
import Synchronization

/// Commands inside containers, by the engine or a stand-in of it.
protocol ScriptRunning: Sendable {
    /// Prepares a command and returns its id.
    func prepare(_ words: [String], in container: String) async throws -> String
    /// Runs it, hands on what it writes, and returns when it has closed its output.
    func start(_ id: String, _ output: @Sendable ([UInt8]) -> Void) async throws
    /// Its exit status; nil while it runs.
    func exitCode(of id: String) async throws -> Int?
}

struct EngineScripts: ScriptRunning {
    let engine: EngineClient

    func prepare(_ words: [String], in container: String) async throws -> String {
        try await engine.createExec(container, ExecSpec(cmd: words))
    }

    func start(_ id: String, _ output: @Sendable ([UInt8]) -> Void) async throws {
        for try await chunk in try await engine.startExec(id).inbound { output(chunk.bytes) }
    }

    func exitCode(of id: String) async throws -> Int? {
        let found = try await engine.inspectExec(id)
        return found.running ? nil : found.exitCode
    }
}

/// Runs commands inside containers and reads their exit status as Nagios does: 0 passes, 1 warns, everything else is
/// critical (https://nagios-plugins.org/doc/guidelines.html#AEN78).
final class ScriptProber: Sendable {
    private struct Command: Hashable {
        let container: String
        let words: [String]
    }

    private let scripts: any ScriptRunning
    /// Commands that did not end in time. The engine offers no way to end them, so none is started again beside itself. What
    /// stays here of a container that is gone is an id.
    private let overdue = Mutex<[Command: String]>([:])

    init(_ scripts: any ScriptRunning) { self.scripts = scripts }

    func run(_ words: [String], in container: String, timeout: Duration) async -> ProbeOutcome {
        guard !words.isEmpty else { return ProbeOutcome(.critical, "The check has no command") }
        let command = Command(container: container, words: words)
        let deadline = ContinuousClock.now + timeout
        let output = SharedOutput()
        do {
            if let id = overdue.withLock({ $0[command] }) {
                guard try await hasEnded(id, within: timeout) else {
                    return ProbeOutcome(.critical, "The command of an earlier try still runs")
                }
                overdue.withLock { $0[command] = nil }
            }
            let scripts = scripts
            let id = try await within(timeout) { try await scripts.prepare(words, in: container) }
            let code = try await exitCode(of: id, command, output, within: deadline - .now)
            return Self.outcome(code, output.value.excerpt)
        } catch is ProbeTimeout {
            let words = "The command did not end within \(timeout.words)"
            return ProbeOutcome(.critical, output.value.bytes.isEmpty ? words : "\(words): \(output.value.excerpt)")
        } catch let error as EngineError where error.isConflict || error.isNotFound {
            return ProbeOutcome(.critical, "The container does not run")
        } catch {
            return ProbeOutcome(.critical, "The command could not be run: \(error)")
        }
    }

    private func hasEnded(_ id: String, within timeout: Duration) async throws -> Bool {
        do {
            let scripts = scripts
            return try await within(timeout) { try await scripts.exitCode(of: id) } != nil
        } catch let error as EngineError where error.isNotFound {
            // The container went, and the command with it.
            return true
        }
    }

    private func exitCode(
        of id: String, _ command: Command, _ output: SharedOutput, within timeout: Duration
    ) async throws -> Int {
        let scripts = scripts
        do {
            return try await within(timeout) {
                try await scripts.start(id) { _ = output.append($0) }
                // The end of the output comes a little before the engine has taken note of the exit status, and there is no
                // call that waits for that.
                var pause = Duration.milliseconds(5)
                while true {
                    if let code = try await scripts.exitCode(of: id) { return code }
                    try await ContinuousClock().sleep(for: pause)
                    pause = min(pause * 2, .seconds(1))
                }
            }
        } catch {
            overdue.withLock { $0[command] = id }
            throw error
        }
    }

    static func outcome(_ code: Int, _ output: String) -> ProbeOutcome {
        let status: HealthStatus =
            switch code {
            case 0: .passing
            case 1: .warning
            default: .critical
            }
        return ProbeOutcome(status, output.isEmpty ? "The command ended with status \(code)" : output)
    }
}
