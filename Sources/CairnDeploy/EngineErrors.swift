import CairnCore
import DockerEngine

extension CairnError {
    /// What an engine's failure means to the person. `doing` completes "The engine failed while …".
    static func engine(_ error: EngineError, doing: String) -> CairnError {
        switch error.kind {
        case .unreachable:
            CairnError(
                .engineDown, "The Docker Engine does not answer: \(error.message)",
                hint: "Start it (systemctl start docker), then try again. Apps that run are still served.")
        case .timeout:
            CairnError(
                .engineDown, "The Docker Engine did not answer in time while \(doing)",
                hint: "Look at its log (journalctl -u docker); a restart of the engine does not lose any state.")
        case _ where hasNoCommand(error.message):
            CairnError(
                .invalidValue, "There is nothing to start: the image names no command, and no Procfile does",
                hint: "Give the image a CMD or an ENTRYPOINT, or the source a Procfile with a line 'web: COMMAND'.")
        default:
            CairnError(
                isDiskFull(error.message) ? .diskFull : .engineFailed,
                "The Docker Engine failed while \(doing): \(error.message)",
                hint: isDiskFull(error.message)
                    ? "Free some disk space: 'docker system df' shows what uses it." : nil)
        }
    }

    /// The engine has no code for it either; releases of it differ in the first letter.
    private static func hasNoCommand(_ message: String) -> Bool { message.contains("o command specified") }

    /// The engine has no code for it: it passes on the text of ENOSPC, which is fixed by the C library.
    private static func isDiskFull(_ message: String) -> Bool { message.contains("no space left on device") }
}

/// Runs calls to the engine and turns its errors into the person's words.
func engineCall<Value>(_ doing: String, _ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as EngineError {
        if error.kind == .cancelled { throw CancellationError() }
        throw CairnError.engine(error, doing: doing)
    }
}
