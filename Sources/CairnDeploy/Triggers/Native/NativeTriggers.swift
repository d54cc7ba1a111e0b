import CairnCore
public import CairnPlugins
import CairnStore

/// Cairn's own answers to triggers by which plugins ask it something, or ask for something.
public enum NativeTriggers {
    /// One firing of such a trigger.
    struct Request: Sendable {
        let name: String
        let arguments: [String]
        let platform: Platform
        let reporter: any ProgressReporter

        var store: Store { platform.store }

        /// An argument; empty when it is not there.
        func argument(_ index: Int) -> String { arguments.indices.contains(index) ? arguments[index] : "" }

        /// The app that the first argument names, or another one.
        ///
        /// - Throws: `E-APP-NOT-FOUND`, `E-INVALID-NAME`.
        func app(_ index: Int = 0) throws(CairnError) -> App {
            try store.app(AppName(validating: argument(index)))
        }

        /// The error for a question whose answer is no.
        func no(_ message: String) -> CairnError { CairnError(.notFound, message) }
    }

    typealias Answer = @Sendable (Request) async throws -> String

    private static let table = apps.merging(settings) { $1 }.merging(routing) { $1 }.merging(work) { $1 }

    /// The triggers that Cairn answers itself.
    public static var names: [String] { table.keys.sorted() }

    /// What Cairn does at a trigger that plugins fire; nil when it is not one of these.
    ///
    /// Its answer throws `CairnError` where a program would have ended with another status than 0: an app that is not
    /// there, a variable that is not set, the answer no of a question that has no other.
    public static func handler(for call: TriggerCall, on platform: Platform) -> NativeHandler? {
        guard let answer = table[call.trigger.name] else { return nil }
        return NativeHandler(place: place(of: call.trigger.name)) { reporter in
            try await answer(
                Request(
                    name: call.trigger.name, arguments: call.arguments, platform: platform, reporter: reporter))
        }
    }

    /// The name of the plugin that answers a trigger on the platform that plugins were written for: the directory of
    /// `share/shim/core` in which they find it.
    public static func place(of trigger: String) -> String {
        let places = [
            ("app-json-", "app-json"), ("app-restart", "ps"), ("app-", "apps"), ("deploy", "ps"),
            ("release-and-deploy", "ps"), ("receive-app", "git"), ("proxy-build-config", "nginx-vhosts"),
            ("proxy-clear-config", "nginx-vhosts"), ("scheduler-detect", "scheduler"),
            ("scheduler-cron-write", "cron"), ("scheduler-", "scheduler-docker-local"),
        ]
        if let known = places.first(where: { trigger.hasPrefix($0.0) }) { return known.1 }
        return String(trigger.prefix { $0 != "-" })
    }

    /// Lines with their ends.
    static func lines(_ values: some Sequence<String>) -> String { values.map { $0 + "\n" }.joined() }
    static func line(_ value: String) -> String { value + "\n" }
    static func line(_ value: Bool) -> String { value ? "true\n" : "false\n" }
}
