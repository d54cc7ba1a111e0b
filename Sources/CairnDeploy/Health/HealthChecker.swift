import CairnCore
import CairnStore
import DockerEngine
import Subprocess
import SystemPackage

/// Runs the probes of one container.
struct HealthChecker: Sendable {
    let engine: EngineClient
    let containerID: String
    let address: IPv4Address
    /// The port that checks without one of their own use.
    let port: Int
    /// Sent as `Host`, as nginx would; nil sends the address.
    let host: String?
    let clock = ContinuousClock()

    /// The first pause between tries. It doubles up to the check's own `wait`, so that an app that is ready at once is
    /// found ready at once, and one that takes long is not pestered.
    static let firstPause = Duration.milliseconds(20)
    static let longestPause = Duration.seconds(1)

    /// Tries until the check passes or its time (the delay, and all its tries and pauses) is over.
    func run(_ check: HealthCheck) async throws -> ProbeResult {
        if case .uptime(let duration) = check.probe { return try await uptime(duration) }
        let start = clock.now
        let budget = check.initialDelay + check.timeout * check.attempts + check.wait * (check.attempts - 1)
        var pause = Self.firstPause
        while true {
            try Task.checkCancellation()
            let result = await probe(check)
            if result == .passed || clock.now - start + pause > budget { return result }
            try await clock.sleep(for: pause)
            pause = min(pause * 3 / 2, max(Self.longestPause, Self.firstPause))
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
    private func uptime(_ duration: Duration) async throws -> ProbeResult {
        try await clock.sleep(for: duration)
        let state = try await engine.inspectContainer(containerID)
        guard state.state.running, state.restartCount == 0 else { return .failed("it did not stay up") }
        return .passed
    }

    private func http(_ request: HealthCheck.HTTPProbe, timeout: Duration) async -> ProbeResult {
        var headers = request.headers.map { ($0.name, $0.value) }
        if let host, !headers.contains(where: { $0.0.lowercased() == "host" }) { headers.append(("Host", host)) }
        guard request.scheme == .http else { return await https(request, headers: headers, timeout: timeout) }
        return await HTTPProbe(
            address: address, port: request.port ?? port, path: request.path, headers: headers, content: request.content
        ).run(timeout: timeout)
    }

    /// TLS is left to curl: the certificate is not verified here, and a TLS library for this one purpose would double the
    /// program. All that comes from app.json is an argument of its own, none of which can be taken for an option.
    private func https(
        _ request: HealthCheck.HTTPProbe, headers: [(String, String)], timeout: Duration
    ) async -> ProbeResult {
        var arguments = ["--silent", "--show-error", "--insecure", "--fail", "--max-time", timeout.seconds]
        for (name, value) in headers { arguments += ["--header", "\(name): \(value)"] }
        arguments += ["--url", "https://\(address):\(request.port ?? port)\(request.path)"]
        do {
            let result = try await Subprocess.run(
                .name("curl"), arguments: Arguments(arguments), output: .string(limit: 1 << 20),
                error: .string(limit: 4096))
            guard result.terminationStatus.isSuccess else {
                return .failed(result.standardError.visible)
            }
            if let content = request.content, !result.standardOutput.contains(content) {
                return .failed("GET \(request.path) answered, but without the text '\(content.visible)'")
            }
            return .passed
        } catch {
            return .failed("curl, which makes https checks, cannot be run: \(error)")
        }
    }

    private func command(_ words: [String], timeout: Duration) async -> ProbeResult {
        do {
            return try await withThrowingTaskGroup(of: ProbeResult.self) { group in
                group.addTask { try await execute(words) }
                group.addTask {
                    try await clock.sleep(for: timeout)
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
