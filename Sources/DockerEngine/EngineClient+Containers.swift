import NIOHTTP1

extension EngineClient {
    /// Creates a container and returns its id (`POST /containers/create`). Nothing runs yet.
    ///
    /// - `name`: its name; nil for one the engine makes up.
    /// - `platform`: the platform the image must be for, `linux/amd64`; engines before API 1.41 are not told.
    /// - Throws: `EngineError`: `isNotFound` when the image is not on the host, `isConflict` when the name is taken.
    public func createContainer(
        name: String? = nil, platform: String? = nil, _ spec: ContainerSpec
    ) async throws -> String {
        var request = try EngineRequest(.POST, "/containers/create").with(json: spec)
        if let name { request.query.append(("name", name)) }
        if let platform, try await apiVersion() >= EngineAPIVersion(major: 1, minor: 41) {
            request.query.append(("platform", platform))
        }
        return try await fetch(CreatedID.self, request, within: deadlines.work).id
    }

    /// Starts a container (`POST /containers/{id}/start`); one that runs already is left as it is.
    public func startContainer(_ id: String) async throws {
        try await perform(try container(id, "start"), within: deadlines.work)
    }

    /// Asks the container's process to end and kills it after `timeout` seconds (`POST /containers/{id}/stop`).
    ///
    /// Returns when it has ended; one that does not run is left as it is.
    /// - `timeout`: nil for the container's own, by default 10 seconds; -1 never kills.
    /// - `signal`: instead of the container's stop signal. Engines before API 1.42 are sent it as a kill first.
    public func stopContainer(_ id: String, timeout: Int? = nil, signal: String? = nil) async throws {
        var request = try container(id, "stop", signalQuery(timeout: timeout))
        if let signal {
            if try await apiVersion() >= Self.signalInQuery {
                request.query.append(("signal", signal))
            } else {
                try await killIfRunning(id, signal: signal)
            }
        }
        try await perform(request, within: waiting(for: timeout))
    }

    /// Stops and starts a container (`POST /containers/{id}/restart`).
    public func restartContainer(_ id: String, timeout: Int? = nil) async throws {
        try await perform(try container(id, "restart", signalQuery(timeout: timeout)), within: waiting(for: timeout))
    }

    /// Sends a signal, `SIGKILL` by default, to the container's first process (`POST /containers/{id}/kill`).
    /// - Throws: `EngineError` with `isConflict` when it does not run.
    public func killContainer(_ id: String, signal: String? = nil) async throws {
        try await perform(
            try container(id, "kill", signal.map { [("signal", $0)] } ?? []), within: deadlines.work)
    }

    /// Removes a container (`DELETE /containers/{id}`).
    ///
    /// - `force`: kill it first if it runs; otherwise a running container is a conflict.
    /// - `volumes`: remove its anonymous volumes with it.
    public func removeContainer(_ id: String, force: Bool = false, volumes: Bool = false) async throws {
        var request = EngineRequest(.DELETE, "/containers/\(try EngineRequest.segment(id))")
        if force { request.query.append(("force", "1")) }
        if volumes { request.query.append(("v", "1")) }
        try await perform(request, within: deadlines.work)
    }

    /// Gives a container another name (`POST /containers/{id}/rename`).
    public func renameContainer(_ id: String, to name: String) async throws {
        try await perform(try container(id, "rename", [("name", name)]))
    }

    /// Changes limits or the restart policy of a container, running or not (`POST /containers/{id}/update`).
    public func updateContainer(_ id: String, _ update: ContainerUpdate) async throws {
        try await perform(try container(id, "update").with(json: update))
    }

    /// Freezes the processes of a container (`POST /containers/{id}/pause`).
    public func pauseContainer(_ id: String) async throws {
        try await perform(try container(id, "pause"))
    }

    /// Lets the processes of a paused container go on (`POST /containers/{id}/unpause`).
    public func unpauseContainer(_ id: String) async throws {
        try await perform(try container(id, "unpause"))
    }

    /// Changes the size of a container's terminal, in characters (`POST /containers/{id}/resize`).
    public func resizeContainer(_ id: String, height: Int, width: Int) async throws {
        try await perform(try container(id, "resize", [("h", "\(height)"), ("w", "\(width)")]))
    }

    // MARK: -

    func container(
        _ id: String, _ action: String, _ query: [(name: String, value: String)] = []
    ) throws -> EngineRequest {
        EngineRequest(.POST, "/containers/\(try EngineRequest.segment(id))/\(action)", query: query)
    }

    private static let signalInQuery = EngineAPIVersion(major: 1, minor: 42)

    private func signalQuery(timeout: Int?) -> [(name: String, value: String)] {
        timeout.map { [("t", "\($0)")] } ?? []
    }

    /// A stop may take its grace period on top of what the engine needs.
    private func waiting(for timeout: Int?) -> Duration {
        guard let timeout else { return deadlines.work }
        return timeout < 0 ? .seconds(Int32.max) : deadlines.call + .seconds(timeout)
    }

    private func killIfRunning(_ id: String, signal: String) async throws {
        do {
            try await killContainer(id, signal: signal)
        } catch let error as EngineError where error.isConflict {
            // It does not run: so much the better.
        }
    }
}

/// The answer to everything that is created.
struct CreatedID: Decodable {
    let id: String

    private enum CodingKeys: String, CodingKey {
        case id = "Id"
    }
}
