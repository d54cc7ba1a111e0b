import CairnCore
import CairnStore

/// What is left to do when a change of an app is in effect. It cannot fail the change any more, because what its person is
/// told has to agree with what serves: what goes wrong is a warning, and a line of the timeline.
struct AfterCommit {
    let platform: Platform
    let app: App
    let reporter: any ProgressReporter
    /// What is in effect, as the beginning of a sentence.
    let change: String

    init(_ platform: Platform, _ app: App, _ reporter: any ProgressReporter, change: String? = nil) {
        self.platform = platform
        self.app = app
        self.reporter = reporter
        self.change = change ?? "The new release of \(app.name) serves"
    }

    func attempt(_ step: String, _ body: () async throws -> Void) async {
        do { try await body() } catch {
            let error = error as? CairnError ?? CairnError(.io, "\(error)")
            reporter.warning("\(change), but its \(step) step failed: \(error.message) [\(error.code)]")
            error.evidence.forEach(reporter.detail)
            // A store that cannot be written is often the very reason; the reporter has told it.
            try? platform.store.addEvent(
                "task-failed", app: app.name, actor: platform.actor, "\(step): \(error.message)")
        }
    }

    /// A line of the timeline.
    func note(_ kind: String, _ text: String) async {
        await attempt("event") { try platform.store.addEvent(kind, app: app.name, actor: platform.actor, text) }
    }
}
