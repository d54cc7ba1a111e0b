import CairnCore
import CairnDeploy
import CairnStore
import Foundation

/// A build's record as it is shown: a build that says it runs, but does not hold its app's lock, has been abandoned by a
/// process that died.
struct BuildView {
    let build: Build
    let app: App
    let isAbandoned: Bool
    let logPath: String
    /// What its release keeps of it, if it made one.
    let notes: Release.BuildNotes?

    init(_ build: Build, of app: App, _ context: CommandContext) throws {
        self.build = build
        self.app = app
        isAbandoned =
            try build.status == .running && context.platform().deployLock(of: app).holder?.buildID != build.id
        logPath = context.settings.buildLog(of: app.name, id: build.id)
        let version = build.kind == "build" ? build.releaseVersion : nil
        // Releases may have been removed since.
        notes = version.flatMap { try? context.store().release(version: $0, of: app).content.build }
    }

    static let statuses = ["running", "succeeded", "failed", "canceled", "abandoned"]

    /// How many of its steps were taken from the cache; nil when nothing is known of its steps.
    var cached: String? {
        guard let notes, notes.steps > 0 else { return nil }
        return "\(notes.cachedSteps) of \(notes.steps) steps"
    }

    var status: String { isAbandoned ? "abandoned" : build.status.rawValue }
    var isRunning: Bool { build.status == .running && !isAbandoned }

    /// Whole seconds; what runs has lasted until now, and of what was abandoned nobody knows.
    var duration: String {
        guard let end = build.finishedAt ?? (isRunning ? Date() : nil) else { return "" }
        let seconds = max(0, Int(end.timeIntervalSince(build.startedAt).rounded()))
        return seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s"
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(build.id), "app": .string(app.name.rawValue), "kind": .string(build.kind),
            "pid": .integer(Int(build.pid)), "started_at": .string(build.startedAt.rfc3339), "status": .string(status),
            "source": .string(build.source), "display_status": .string(status), "duration": .string(duration),
            "log_path": .string(logPath), "actor": .string(build.actor),
            "timings": .object(Dictionary(build.timings.map { ($0.phase, .double($0.seconds)) }) { $1 }),
        ]
        if let end = build.finishedAt { members["finished_at"] = .string(end.rfc3339) }
        if let code = build.exitCode { members["exit_code"] = .integer(code) }
        if let revision = build.revision { members["revision"] = .string(revision) }
        if let notes {
            members["steps"] = .integer(notes.steps)
            members["cached_steps"] = .integer(notes.cachedSteps)
            members["buildpacks"] = .array(notes.buildpacks.map(JSONValue.string))
        }
        if let version = build.releaseVersion { members["release"] = .string("v\(version)") }
        return .object(members)
    }
}

extension CommandContext {
    /// The records of an app: what runs first, then the newest first.
    func builds(of app: App) throws -> [BuildView] {
        let all = try store().builds(of: app, limit: 1_000).map { try BuildView($0, of: app, self) }
        return all.filter(\.isRunning) + all.filter { !$0.isRunning }
    }

    /// - Throws: `E-NOT-FOUND`.
    func build(_ id: String, of app: App) throws -> BuildView {
        guard let found = try builds(of: app).first(where: { $0.build.id == id }) else {
            throw CairnError(
                .notFound, "No build record found for \(app.name)/\(id.excerpt())",
                hint: "Run 'cairn builds:list \(app.name)' to see the ids.")
        }
        return found
    }
}
