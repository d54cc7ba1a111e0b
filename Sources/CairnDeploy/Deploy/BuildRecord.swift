import CairnCore
import CairnStore
import Foundation

/// The row and the log file of one build or deploy.
struct BuildRecord {
    let id: String
    let app: App
    let platform: Platform
    let log: BuildLog

    static func start(
        id: String, of app: App, kind: String, source: String, revision: String?, platform: Platform
    ) throws -> BuildRecord {
        // What an interrupted deploy left open is closed first: the lock is ours, so nobody works on it.
        try platform.failInterrupted(app)
        let log = try BuildLog(path: platform.settings.buildLog(of: app.name, id: id))
        try platform.store.startBuild(
            id: id, of: app, kind: kind, source: source, revision: revision, actor: platform.actor,
            pid: ProcessInfo.processInfo.processIdentifier)
        for old in try platform.store.pruneBuilds(of: app, keeping: platform.buildRetention(of: app)) {
            try? FileManager.default.removeItem(atPath: platform.settings.buildLog(of: app.name, id: old))
        }
        return BuildRecord(id: id, app: app, platform: platform, log: log)
    }

    func succeed(_ release: Release, _ timings: [PhaseTiming]) throws {
        try platform.store.finishBuild(
            id: id, status: .succeeded, exitCode: 0, releaseVersion: release.version, timings: timings)
    }

    /// Notes the failure. That the record could not be written must not hide why the deploy failed.
    func fail(_ failure: CairnError, _ timings: [PhaseTiming]) {
        log.close(failure)
        let status = failure.code == .deployCancelled ? Build.Status.canceled : .failed
        try? platform.store.finishBuild(id: id, status: status, exitCode: 1, releaseVersion: nil, timings: timings)
        try? platform.store.addEvent("deploy-failed", app: app.name, actor: platform.actor, failure.message)
    }
}
