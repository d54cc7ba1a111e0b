import CairnCore
import CairnDeploy
import CairnStore
import Foundation
import Logging
import ServiceLifecycle

/// Runs the tasks of the apps' app.json. As with cron(8), each is looked at once in a minute, in the host's time, and what
/// was due while nobody looked is left out.
struct CronService: ServiceLifecycle.Service, CustomStringConvertible {
    let platform: Platform
    let logger: Logger

    /// For the log of the services' beginnings and ends.
    var description: String { "CronService" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                var seen = Self.minute()
                while await Self.waitForMinute(after: seen) {
                    seen = Self.minute()
                    for job in due(at: seen) { group.addTask { await perform(job) } }
                }
                // The containers go on; nobody has to watch them.
                group.cancelAll()
            }
        }
    }

    static func minute() -> Int { Int(Date().timeIntervalSince1970) / 60 }

    /// Returns false when the daemon ends.
    private static func waitForMinute(after seen: Int) async -> Bool {
        while minute() == seen {
            let rest = 60 - Date().timeIntervalSince1970.truncatingRemainder(dividingBy: 60)
            do { try await Task.sleep(for: .seconds(rest)) } catch { return false }
        }
        return !Task.isCancelled
    }

    /// What is to be started in that minute. An app whose rows or file cannot be read keeps no other from its tasks.
    func due(at minute: Int) -> [CronJob] {
        do {
            return try platform.store.apps().flatMap { app in
                do {
                    return try platform.cronJobs(of: app).filter {
                        !$0.isInMaintenance && PluginSchedule.isDue($0.task.schedule, at: minute)
                    }
                } catch {
                    logger.warning("The cron tasks of \(app.name) cannot be read", metadata: ["error": "\(error)"])
                    return []
                }
            }
        } catch {
            logger.warning("The cron tasks of this minute are left out", metadata: ["error": "\(error)"])
            return []
        }
    }

    /// One run of a task, from its container's making to its end. What fails is told in the app's timeline.
    func perform(_ job: CronJob) async {
        do {
            // Another scheduler's apps have no image here to run.
            guard try await platform.scheduler(of: job.app).isOwn else { return }
            let (name, id) = try await platform.createCronRun(job)
            logger.info("Running a cron task", metadata: ["container": "\(name)", "task": "\(job.id)"])
            let ending = try await platform.finishCronRun(id)
            logger.info("A cron task has ended", metadata: ["container": "\(name)", "status": "\(ending.status)"])
            if ending.status != 0 { tell(of: job, (["ended with status \(ending.status)"] + ending.lastLines)) }
        } catch  where error is CancellationError || Task.isCancelled {
            return
        } catch {
            tell(of: job, ["was not run: \(error)"])
        }
    }

    private func tell(of job: CronJob, _ what: [String]) {
        let message = "'\(job.task.command.excerpt())' " + what.joined(separator: " | ")
        logger.warning("A cron task of \(job.app.name) failed", metadata: ["task": "\(job.id)", "what": "\(message)"])
        do { try platform.store.addEvent("cron-failed", app: job.app.name, actor: platform.actor, message) } catch {
            logger.warning("The timeline cannot be written", metadata: ["error": "\(error)"])
        }
    }
}
