import CairnCore
import CairnStore
import DockerEngine

/// What a new copy has to pass before it counts: it stays up, and its checks pass.
struct HealthGate: Sendable {
    let engine: EngineClient
    let checks: [HealthCheck]
    let port: Int
    let host: String?

    /// The gates of a process: the startup and readiness checks of app.json; without any, web has to listen on its port,
    /// and any other process has to stay up for a second.
    static func checks(for process: ProcessType, in app: AppJSON, settings: ProcessSettings) -> [HealthCheck] {
        let declared = app.healthChecks(of: process, kind: .startup) + app.healthChecks(of: process, kind: .readiness)
        if !declared.isEmpty { return declared }
        guard process == .web else { return [HealthCheck(probe: .uptime(.seconds(1)))] }
        return [
            HealthCheck(
                probe: .listening(port: nil), attempts: 1, timeout: .seconds(settings.startupTimeout), wait: .zero)
        ]
    }

    /// Returns when all checks have passed.
    ///
    /// - Throws: `E-APP-EXITED`, `E-APP-OOM`, `E-APP-NOT-LISTENING`, `E-APP-LISTENS-ON-LOOPBACK` or
    ///   `E-HEALTH-CHECK-FAILED`, with the container's last lines as evidence.
    func pass(_ instance: Instance, containerID: String, reporter: any ProgressReporter) async throws {
        let checker = HealthChecker(
            engine: engine, containerID: containerID, address: instance.address, port: port, host: host)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await failWhenItEnds(instance, containerID: containerID) }
            group.addTask { try await runAll(checker, instance, containerID: containerID, reporter: reporter) }
            defer { group.cancelAll() }
            try await group.next()
        }
        let found = try await engineCall("inspecting \(instance.name)") {
            try await engine.inspectContainer(containerID)
        }
        guard found.state.running, found.restartCount == 0 else { throw await exited(instance, containerID) }
    }

    /// Throws as soon as the container's process ends; never returns otherwise, until it is cancelled.
    private func failWhenItEnds(_ instance: Instance, containerID: String) async throws {
        let code = try await engineCall("waiting for \(instance.name)") {
            try await engine.waitContainer(containerID, .notRunning)
        }
        throw await exited(instance, containerID, code: code)
    }

    private func runAll(
        _ checker: HealthChecker, _ instance: Instance, containerID: String, reporter: any ProgressReporter
    ) async throws {
        try await withThrowingTaskGroup(of: (HealthCheck, ProbeResult).self) { group in
            for check in checks { group.addTask { (check, try await checker.run(check)) } }
            while let (check, result) = try await group.next() {
                guard case .failed(let reason) = result else { continue }
                if check.warnsOnly {
                    reporter.warning("\(instance.name): \(check.name) failed, which only warns: \(reason)")
                } else {
                    throw await failure(of: check, reason, instance, containerID)
                }
            }
        }
    }

    // MARK: Telling why

    private func failure(
        of check: HealthCheck, _ reason: String, _ instance: Instance, _ containerID: String
    ) async -> CairnError {
        let inspected = try? await engine.inspectContainer(containerID)
        guard inspected?.state.running == true, inspected?.restartCount == 0 else {
            return await exited(instance, containerID)
        }
        let log = await lastLines(containerID)
        let port = check.probe.port ?? port
        let sockets = inspected.flatMap { ListeningSockets.of(processID: $0.state.pid) }
        if sockets?.isLoopbackOnly(port) == true {
            return CairnError(
                .appListensOnLoopback,
                "\(instance.name) listens on 127.0.0.1:\(port) only, where nginx cannot reach it",
                hint: "Let the app listen on 0.0.0.0:$PORT.", evidence: log)
        }
        if case .listening = check.probe {
            let others = sockets?.reachablePorts ?? []
            let found =
                others.isEmpty
                ? "it listens on no port at all" : "it listens on \(others.map(String.init).joined(separator: ", "))"
            return CairnError(
                .appNotListening, "\(instance.name) does not listen on port \(port) (\(found))",
                hint: "Let the app listen on 0.0.0.0:$PORT, or say where it listens: ports:set APP http:80:<port>.",
                evidence: log)
        }
        return CairnError(
            .healthCheckFailed, "\(instance.name) failed its check '\(check.name.visible)': \(reason)",
            hint:
                "The check is in app.json under healthchecks; it had \(check.attempts) attempts of \(check.timeout.seconds) s.",
            evidence: log)
    }

    /// - Parameter code: The status it ended with; nil for what the engine says, which has forgotten it when the container
    ///   was started again.
    private func exited(_ instance: Instance, _ containerID: String, code: Int? = nil) async -> CairnError {
        let state = try? await engine.inspectContainer(containerID).state
        let log = await lastLines(containerID)
        if state?.oomKilled == true {
            return CairnError(
                .appOutOfMemory, "\(instance.name) was killed by the kernel: out of memory",
                hint: "Let the app use less memory, or give the host or the app more.", evidence: log)
        }
        let code = code ?? state?.exitCode ?? 0
        let note = state.map { $0.error.isEmpty ? "" : " (\($0.error.visible))" } ?? ""
        return CairnError(
            .appExited, "\(instance.name) ended right after its start, with status \(code)\(note)",
            hint: ExitStatus.explanation(code), evidence: log)
    }

    private func lastLines(_ containerID: String) async -> [String] {
        await ContainerLog(engine: engine, containerID: containerID).lastLines(20)
    }
}

/// What exit statuses mean by convention (POSIX shells and Docker).
enum ExitStatus {
    static func explanation(_ code: Int) -> String {
        switch code {
        case 0: "The process ended by itself; a process that serves has to stay in the foreground."
        case 126: "126 means that the command was found but could not be executed."
        case 127: "127 means that the command was not found in the image."
        case 137: "137 means that it was killed (SIGKILL), often for lack of memory."
        case 139: "139 means that it crashed (SIGSEGV)."
        default: "The lines above are the last it wrote."
        }
    }
}
