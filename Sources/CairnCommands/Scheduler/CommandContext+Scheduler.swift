import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore

extension CommandContext {
    /// Lets the plugin that runs an app do a command's work, and prints what it answers. Where Cairn runs the app, plugins
    /// are told of it.
    ///
    /// - Returns: Whether the work has been done.
    func delegates(_ trigger: Trigger, of app: App, _ arguments: [String] = []) async throws -> Bool {
        let platform = try platform()
        let reporter = ErrorStreamReporter(console: console)
        if let answer = try await platform.askScheduler(trigger, of: app, arguments, reporter: reporter) {
            output.bytes(Array(answer.utf8))
            return true
        }
        try await platform.triggers.fire(
            trigger, arguments: [Scheduler.own, app.name.rawValue] + arguments, reporter: reporter)
        return false
    }
}

/// Reports to standard error, for commands whose standard output belongs to somebody else.
struct ErrorStreamReporter: ProgressReporter {
    let console: any Console
    func step(_ text: String) { write("-----> ", text) }
    func headline(_ text: String) { write("=====> ", text) }
    func detail(_ text: String) { write("       ", text) }
    func warning(_ text: String) { write(" !     ", text) }

    private func write(_ prefix: String, _ text: String) { console.writeError("\(prefix)\(text.visible)\n") }
}
