import NIOHTTP1

extension EngineClient {
    /// Prepares a command inside a running container and returns the exec's id (`POST /containers/{id}/exec`).
    /// - Throws: `EngineError` with `isConflict` when the container does not run.
    public func createExec(_ container: String, _ spec: ExecSpec) async throws -> String {
        try await fetch(CreatedID.self, try self.container(container, "exec").with(json: spec)).id
    }

    /// Runs a prepared command, connected to its streams (`POST /exec/{id}/start`).
    ///
    /// When the output has ended, ``inspectExec(_:)`` tells its exit status.
    /// - `tty`: as it was prepared.
    public func startExec(_ id: String, tty: Bool = false) async throws -> HijackedStream {
        try await hijack(try execution(id, "start").with(json: ExecStart(Detach: false, Tty: tty)), tty: tty)
    }

    /// Runs a prepared command without connecting to it.
    public func startExecDetached(_ id: String) async throws {
        let request = try execution(id, "start").with(json: ExecStart(Detach: true, Tty: false))
        try await perform(request, within: deadlines.work)
    }

    /// What became of a command (`GET /exec/{id}/json`).
    public func inspectExec(_ id: String) async throws -> ExecInspect {
        try await fetch(ExecInspect.self, EngineRequest(.GET, "/exec/\(try EngineRequest.segment(id))/json"))
    }

    /// Changes the size of a command's terminal, in characters (`POST /exec/{id}/resize`).
    public func resizeExec(_ id: String, height: Int, width: Int) async throws {
        var request = try execution(id, "resize")
        request.query = [("h", "\(height)"), ("w", "\(width)")]
        try await perform(request)
    }

    private func execution(_ id: String, _ action: String) throws -> EngineRequest {
        EngineRequest(.POST, "/exec/\(try EngineRequest.segment(id))/\(action)")
    }
}

/// The body of `POST /exec/{id}/start`.
private struct ExecStart: Encodable {
    let Detach: Bool
    let Tty: Bool
}
