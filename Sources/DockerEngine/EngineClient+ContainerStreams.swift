import NIOHTTP1

extension EngineClient {
    /// Waits for a container and returns its exit status (`POST /containers/{id}/wait`).
    /// - Throws: `EngineError` of kind `failed` when the engine could not wait for it.
    public func waitContainer(_ id: String, _ condition: WaitCondition = .notRunning) async throws -> Int {
        try await beginWait(id, condition).exitCode()
    }

    /// Begins to wait for a container. When this returns, the engine watches: an end from then on is not missed.
    public func beginWait(_ id: String, _ condition: WaitCondition = .notRunning) async throws -> ContainerWait {
        let request = try container(id, "wait", [("condition", condition.rawValue)])
        return ContainerWait(owner: OpenExchange(try await open(request, headWithin: deadlines.call)))
    }

    /// Reads what a container wrote (`GET /containers/{id}/logs`); with `follow`, until it ends.
    ///
    /// `onChunk` is given the pieces in order and waited for, so that a slow reader slows the engine, not fills memory.
    /// - Throws: `EngineError`, or what `onChunk` throws, which ends the reading.
    public func logs(
        _ id: String, _ options: LogOptions = LogOptions(), onChunk: (LogChunk) async throws -> Void
    ) async throws {
        // Only the container's configuration tells, in every API version, whether its logs are framed.
        let tty = try await inspectContainer(id).config.tty
        var request = EngineRequest(.GET, "/containers/\(try EngineRequest.segment(id))/logs")
        request.query = options.query
        let owner = OpenExchange(try await open(request, headWithin: nil))
        for try await chunk in OutputSequence(owner: owner, tty: tty) { try await onChunk(chunk) }
    }

    /// Connects to a container's streams (`POST /containers/{id}/attach`). To miss nothing, attach before starting it.
    ///
    /// - `tty`: whether the container was created with a terminal.
    /// - `stdin`: connect standard input, which must have been opened at creation.
    /// - `logs`: begin with what was written before.
    public func attach(
        _ id: String, tty: Bool, stdin: Bool = false, stdout: Bool = true, stderr: Bool = true, logs: Bool = false
    ) async throws -> HijackedStream {
        let streams = [("stdin", stdin), ("stdout", stdout), ("stderr", stderr), ("logs", logs)]
        let query = [("stream", "1")] + streams.filter(\.1).map { ($0.0, "1") }
        return try await hijack(try container(id, "attach", query.map { (name: $0.0, value: $0.1) }), tty: tty)
    }
}

/// A wait that has begun.
public struct ContainerWait: Sendable {
    let owner: OpenExchange

    private struct Answer: Decodable {
        let StatusCode: Int
        let Error: Failure?

        struct Failure: Decodable {
            let Message: String?
        }
    }

    /// The container's exit status, when the condition is met. To be asked once.
    public func exitCode() async throws -> Int {
        let answer = try EngineJSON.decode(Answer.self, from: try await owner.exchange.collect())
        if let message = answer.Error?.Message, !message.isEmpty { throw EngineError(.failed, message) }
        return answer.StatusCode
    }
}

extension LogOptions {
    var query: [(name: String, value: String)] {
        var query = [(name: String, value: String)]()
        let switches = [("stdout", stdout), ("stderr", stderr), ("follow", follow), ("timestamps", timestamps)]
        for (name, isOn) in switches where isOn { query.append((name, "1")) }
        if let tail { query.append(("tail", "\(tail)")) }
        if let since { query.append(("since", since.queryValue)) }
        if let until { query.append(("until", until.queryValue)) }
        return query
    }
}
