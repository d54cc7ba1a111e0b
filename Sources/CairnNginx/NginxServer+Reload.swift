import CairnCore
import CairnFiles
import Glibc
import SystemPackage

extension NginxServer {
    /// Makes nginx run the target or a later generation; the reload lock is held.
    ///
    /// - Returns: whether a reload was needed.
    /// - Throws: `E-NGINX-DOWN`; `E-NGINX-REFUSED` when nginx took the signal but not the configuration, which then is
    ///   the former one again.
    func reload(_ target: Target, holdsConfiguration: Bool = false) async throws -> Bool {
        if let running = await control.generation(), running >= target.number {
            if !isInForce(target) { throw SharedReloadFailed() }
            return false
        }
        let offset = errorLogSize()
        if try await reloadAndWait(for: target.number, pidFile: target.pidFile) { return true }
        let evidence = errorLogLines(since: offset)
        let isAlone =
            holdsConfiguration
            ? try await takeBack(target)
            : try await withFileLock(layout.configurationLock) { try await self.takeBack(target) }
        if !isAlone { throw SharedReloadFailed() }
        throw reloadFailure(evidence: evidence)
    }

    nonisolated func reloadFailure(evidence: [String]) -> CairnError {
        CairnError(
            .nginxRefused,
            "nginx did not take up the new configuration within \(host.reloadDeadline), although it passed its test; "
                + "the former one is back in place",
            hint:
                "Most often another program has the port, or a log or cache directory is missing: see nginx's error log.",
            evidence: evidence)
    }

    /// Whether the live configuration still has what the target put there: a failed reload of somebody else may have
    /// taken it back.
    private func isInForce(_ target: Target) -> Bool {
        guard let app = target.app, let live = liveGeneration()?.generation else { return true }
        guard let site = target.site else { return live.sites[app] == nil }
        return live.sites[app].map { $0 == site || ($0.version ?? 0) > (site.version ?? 0) } ?? false
    }

    /// Signals nginx, and waits until the new workers answer and the old ones have stopped accepting.
    private func reloadAndWait(for number: Int, pidFile: FilePath) async throws -> Bool {
        guard let master = WorkerProcesses.master(pidFile: pidFile) else { throw notRunning() }
        let old = WorkerProcesses.accepting(master: master)
        guard try await process.signalReload(layout.signal) else { throw notRunning() }
        let clock = ContinuousClock()
        let deadline = clock.now + host.reloadDeadline
        // nginx tells nobody when a reload is done, so it is asked: first often, then every 20 ms.
        var pause = Duration.milliseconds(2)
        while clock.now < deadline {
            if let running = await control.generation(), running >= number,
                !old.contains(where: WorkerProcesses.isAccepting)
            {
                return true
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 3 / 2, .milliseconds(20))
        }
        return false
    }

    /// Goes back to the configuration that nginx runs, under a new number; the configuration lock is held.
    ///
    /// - Returns: whether the target was the only change that was taken back.
    private func takeBack(_ target: Target) async throws -> Bool {
        guard let running = await control.generation(), let live = liveGeneration()?.generation,
            let text = Files.readIfPresent(layout.generation(running)), var former = Generation(parsing: text)
        else { throw reloadFailure(evidence: ["the former configuration is gone; run 'cairn reconcile'"]) }
        let isAlone = live.number == target.number && running == target.number - 1
        let context = try await context(for: live.number + 1, live: former, adoptsMode: false)
        former.number = live.number + 1
        try Files.write(former.text(try render(former, context)), to: layout.generation(former.number))
        try Files.link(layout.live, to: "generations/\(former.number).conf")
        _ = try await reloadAndWait(for: former.number, pidFile: target.pidFile)
        return isAlone
    }

    private nonisolated func notRunning() -> CairnError {
        CairnError(
            .nginxDown, "nginx does not run; the configuration is in place and will be served when it starts",
            hint: "Start it with 'systemctl start nginx'; 'nginx -t' tells why it does not start.")
    }

    private func errorLogPath() -> String {
        // The main file's error log is where a reload that fails says why.
        let scanned = try? HostConfiguration(
            main: host.mainConfiguration, entry: layout.entry, replacement: layout.live, stage: layout.stage)
        return scanned?.errorLog ?? "/var/log/nginx/error.log"
    }

    private func errorLogSize() -> Int {
        var status = stat()
        return stat(errorLogPath(), &status) == 0 ? Int(status.st_size) : 0
    }

    private func errorLogLines(since offset: Int) -> [String] {
        guard let text = Files.readIfPresent(FilePath(errorLogPath())) else { return [] }
        let fresh = String(decoding: Array(text.utf8).dropFirst(offset), as: UTF8.self)
        return NginxProcess.lines(fresh)
    }
}
