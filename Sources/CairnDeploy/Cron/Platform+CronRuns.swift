public import CairnCore
import CairnStore
import DockerEngine
import Foundation

/// How a run of a task ended.
public struct CronEnding: Sendable, Equatable {
    /// The exit status of its process.
    public let status: Int
    /// The last lines that it wrote, without blank ones.
    public let lastLines: [String]
}

extension Platform {
    /// Makes the container of one run of a task, which is a one-off container of the current release. It is not started.
    /// What happens when the run before still works is what the task's `concurrency_policy` says.
    ///
    /// - Throws: `E-CRON-RUNNING` when it works and the task forbids a second; what `createOneOff` throws.
    public func createCronRun(
        _ job: CronJob, _ options: OneOffOptions = OneOffOptions(), reporter: any ProgressReporter = SilentReporter()
    ) async throws -> (name: String, id: String) {
        var options = options
        options.kindOfRun = "cron"
        options.labels = ["com.dokku.cron-id": job.id, "com.dokku.concurrency-policy": job.task.concurrency.rawValue]
        // Until it is started, only its maker knows whether it is going to be.
        options.labels["cairn.maker"] = ProcessIdentity.current?.description
        if job.task.concurrency == .allow { return try await createOneOff(for: job.app, [job.task.command], options) }
        // Between a look at what runs and the making, nobody else may make one.
        let lock = try await cronLock(of: job.app, reporter: reporter)
        defer { lock.release() }
        for container in try await cronRuns(of: job) {
            if job.task.concurrency == .forbid { throw Self.isRunning(job) }
            try await removeOneOff(container.id)
        }
        return try await createOneOff(for: job.app, [job.task.command], options, reporter: reporter)
    }

    /// Starts the container of a run and waits for its end. When this is cancelled, the process in it goes on.
    public func finishCronRun(_ id: String) async throws -> CronEnding {
        try await engineCall("running a cron task") {
            var isStarted = false
            do {
                // Attached and waited for before it starts, so that nothing is missed of a process that ends at once.
                let stream = try await engine.attach(id, tty: false)
                let wait = try await engine.beginWait(id, .nextExit)
                try await engine.startContainer(id)
                isStarted = true
                var tail = LastOutput()
                for try await chunk in stream.inbound { tail.append(chunk.bytes) }
                return CronEnding(status: try await wait.exitCode(), lastLines: tail.lines)
            } catch {
                // A container that never ran would not be removed by the engine.
                if !isStarted { try await removeOneOff(id) }
                throw error
            }
        }
    }

    /// The containers of the task's runs that work, or are about to.
    private func cronRuns(of job: CronJob) async throws -> [ContainerSummary] {
        try await oneOffs(of: job.app).filter { container in
            guard container.labels["com.dokku.cron-id"] == job.id else { return false }
            if container.state != .created { return container.state != .exited && container.state != .dead }
            return container.labels["cairn.maker"].flatMap(ProcessIdentity.init)?.isAlive == true
        }
    }

    private func cronLock(of app: App, reporter: any ProgressReporter) async throws -> DeployLock.Held {
        let lock = DeployLock(path: "\(settings.root)/locks/\(app.id).cron", app: app.name)
        let holder = DeployLock.Holder(
            actor: actor, since: Date(), pid: ProcessInfo.processInfo.processIdentifier, buildID: "", operation: "cron")
        return try await lock.take(holder, waits: true, reporter: reporter)
    }

    private static func isRunning(_ job: CronJob) -> CairnError {
        CairnError(
            .cronRunning, "\(job.app.name) currently has a cron lock in place for \(job.id)",
            hint:
                "The run before still works, and its policy is to forbid another: see 'cairn run:list \(job.app.name)'."
        )
    }
}

/// The end of what a process writes, in bounded memory.
struct LastOutput {
    private static let limit = 4096
    private var bytes: [UInt8] = []

    mutating func append(_ more: [UInt8]) {
        bytes += more.suffix(Self.limit)
        if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
    }

    /// The last ten lines with something on them.
    var lines: [String] {
        String(decoding: bytes.suffix(Self.limit), as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { String($0).visible }.filter { !$0.trimmingBlanks.isEmpty }.suffix(10)
    }
}
