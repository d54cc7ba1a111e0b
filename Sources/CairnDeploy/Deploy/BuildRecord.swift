import CairnCore
import CairnStore
import Foundation
import SystemPackage

/// The row and the log file of one build or deploy.
struct BuildRecord {
    let id: String
    let app: App
    let platform: Platform
    let log: BuildLog

    /// How many records of an app are kept, with their logs.
    static let retention = 20

    static func start(
        id: String, of app: App, kind: String, source: String, revision: String?, platform: Platform
    ) throws -> BuildRecord {
        // What an interrupted deploy left open is closed first: the lock is ours, so nobody works on it.
        try platform.failInterrupted(app)
        let log = try BuildLog(path: platform.settings.buildLog(of: app.name, id: id))
        try platform.store.startBuild(
            id: id, of: app, kind: kind, source: source, revision: revision, actor: platform.actor,
            pid: ProcessInfo.processInfo.processIdentifier)
        for old in try platform.store.pruneBuilds(of: app, keeping: retention) {
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
        log.warning(failure.message)
        failure.evidence.forEach(log.detail)
        let status = failure.code == .deployCancelled ? Build.Status.canceled : .failed
        try? platform.store.finishBuild(id: id, status: status, exitCode: 1, releaseVersion: nil, timings: timings)
        try? platform.store.addEvent("deploy-failed", app: app.name, actor: platform.actor, failure.message)
    }
}

/// Writes what a deploy prints into its log file. A log that cannot be written (a full disk) is given up; the deploy is
/// not.
struct BuildLog: ProgressReporter {
    private let descriptor: FileDescriptor

    init(path: String) throws {
        let directory = FilePath(path).removingLastComponent().string
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            descriptor = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite, .groupRead])
        } catch {
            let isFull = (error as? Errno) == .noSpace || (error as? CocoaError)?.code == .fileWriteOutOfSpace
            throw CairnError(
                isFull ? .diskFull : .io, "The build log \(path) cannot be written: \(error)",
                hint: isFull ? "Free some disk space, then try again." : "Check the owner of the state root.")
        }
    }

    func step(_ text: String) { write("-----> ", text) }
    func headline(_ text: String) { write("=====> ", text) }
    func detail(_ text: String) { write("       ", text) }
    func warning(_ text: String) { write(" !     ", text) }

    private func write(_ prefix: String, _ text: String) {
        _ = try? descriptor.writeAll(Array("\(prefix)\(text.visible)\n".utf8))
    }
}
