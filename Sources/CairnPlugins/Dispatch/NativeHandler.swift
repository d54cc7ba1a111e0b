public import CairnCore

/// What Cairn itself does at a trigger. It has a place among the plugins, as they stand in the order of their names.
public struct NativeHandler: Sendable {
    /// The name of the plugin that does it on the platform that plugins were written for.
    let place: String
    let answer: @Sendable (any ProgressReporter) async throws -> String

    /// - Parameter answer: Gives what a program would have printed; throws where one would have failed.
    public init(place: String, answer: @escaping @Sendable (any ProgressReporter) async throws -> String) {
        self.place = place
        self.answer = answer
    }

    /// Whether a plugin's turn comes before Cairn's.
    func comes(after plugin: PluginName) -> Bool {
        plugin.rawValue.utf8.lexicographicallyPrecedes(place.utf8)
    }
}
