import CairnCore
import CairnStore
import DockerEngine

/// Runs the probes of one container.
struct HealthChecker: Sendable {
    let engine: EngineClient
    let containerID: String
    let address: IPv4Address
    /// The port that checks without one of their own use.
    let port: Int
    /// Sent as `Host`, as nginx would; nil sends the address.
    let host: String?

    /// The first pause between tries.
    static let firstPause = Duration.milliseconds(20)

    /// Makes the pause that the check asks for, then tries until it passes or its time is over.
    func run(_ check: HealthCheck, clock: some Clock<Duration> = ContinuousClock()) async throws -> ProbeResult {
        if check.initialDelay > .zero { try await clock.sleep(for: check.initialDelay) }
        if case .uptime(let duration) = check.probe { return try await uptime(duration, clock) }
        let start = clock.now
        var rhythm = HealthRhythm(check)
        while true {
            try Task.checkCancellation()
            let result = await probe(check)
            if result == .passed { return result }
            guard let pause = rhythm.next(after: start.duration(to: clock.now)) else { return result }
            try await clock.sleep(for: pause)
        }
    }

    /// One try.
    func probe(_ check: HealthCheck) async -> ProbeResult {
        switch check.probe {
        case .http(let request): await http(request, timeout: check.timeout)
        case .command(let words): await command(words, timeout: check.timeout)
        case .listening(let port):
            await ConnectProbe(address: address, port: port ?? self.port).run(timeout: check.timeout)
        case .uptime: .passed
        }
    }

    /// Waiting is all there is to do: the gate watches for the container's end at the same time.
    private func uptime(_ duration: Duration, _ clock: some Clock<Duration>) async throws -> ProbeResult {
        try await clock.sleep(for: duration)
        let state = try await engine.inspectContainer(containerID)
        guard state.state.running, state.restartCount == 0 else { return .failed("it did not stay up") }
        return .passed
    }

    private func http(_ request: HealthCheck.HTTPProbe, timeout: Duration) async -> ProbeResult {
        var headers = request.headers.map { ($0.name, $0.value) }
        if let host, !headers.contains(where: { $0.0.lowercased() == "host" }) { headers.append(("Host", host)) }
        let port = request.port ?? port
        switch request.scheme {
        case .http:
            return await HTTPProbe(
                address: address, port: port, path: request.path, headers: headers, content: request.content
            ).run(timeout: timeout)
        case .https:
            return await HTTPSProbe(
                address: address, port: port, path: request.path, headers: headers, content: request.content
            ).run(timeout: timeout)
        }
    }

    private func command(_ words: [String], timeout: Duration) async -> ProbeResult {
        do {
            return try await withThrowingTaskGroup(of: ProbeResult.self) { group in
                group.addTask { try await execute(words) }
                group.addTask {
                    try await ContinuousClock().sleep(for: timeout)
                    return .failed("the command did not end within \(timeout.seconds) s")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? .failed("cancelled")
            }
        } catch {
            return .failed("the command could not be run: \(error)")
        }
    }

    private func execute(_ words: [String]) async throws -> ProbeResult {
        let id = try await engine.createExec(containerID, ExecSpec(cmd: words))
        let stream = try await engine.startExec(id)
        var output: [UInt8] = []
        for try await chunk in stream.inbound where output.count < 4096 { output += chunk.bytes }
        let code = try await engine.inspectExec(id).exitCode ?? 0
        if code == 0 { return .passed }
        let text = String(decoding: output.suffix(200), as: UTF8.self).visible
        return .failed("the command ended with status \(code)\(text.isEmpty ? "" : ": \(text)")")
    }
}

/// When a check of a gate is tried again. `attempts`, `timeout` and `wait` make up the time that it has, and within that it
/// is tried more often: an app that is ready at once is found ready at once, and one that takes long is not pestered.
struct HealthRhythm {
    static let longestPause = Duration.seconds(1)

    private let budget: Duration
    /// The first one; each is half as long again as the one before it.
    private var pause = HealthChecker.firstPause

    init(_ check: HealthCheck) { budget = check.timeout * check.attempts + check.wait * (check.attempts - 1) }

    /// The pause before the next try; nil when it would begin too late.
    mutating func next(after elapsed: Duration) -> Duration? {
        guard elapsed + pause <= budget else { return nil }
        defer { pause = min(pause * 3 / 2, Self.longestPause) }
        return pause
    }
}
