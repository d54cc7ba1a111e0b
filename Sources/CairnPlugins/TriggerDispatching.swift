public import CairnCore

/// Tells the installed plugins that the work has reached a trigger point.
public protocol TriggerDispatching: Sendable {
    /// Runs what is installed for the trigger, one after the other, and returns when all are done.
    ///
    /// - Parameters:
    ///   - trigger: The point that the work has reached.
    ///   - arguments: What the trigger's documentation lists. They reach a plugin as its arguments, never a shell.
    ///   - environment: Variables for the plugins beside the usual ones.
    ///   - reporter: Where their output goes, line by line.
    /// - Throws: `CairnError` when a plugin fails at a mandatory trigger. At an advisory one the reporter is warned instead.
    func fire(
        _ trigger: Trigger, arguments: [String], environment: [String: String], reporter: any ProgressReporter
    ) async throws
}

extension TriggerDispatching {
    /// Fires a trigger that needs no variables of its own.
    public func fire(
        _ trigger: Trigger, _ arguments: String..., reporter: any ProgressReporter = SilentReporter()
    ) async throws {
        try await fire(trigger, arguments: arguments, environment: [:], reporter: reporter)
    }
}

/// A host without plugins: every look-up finds nothing, so that firing costs nothing. Plugins are not executed by this
/// type; it marks where they will be asked.
public struct NoTriggers: TriggerDispatching {
    public init() {}

    public func fire(
        _ trigger: Trigger, arguments: [String], environment: [String: String], reporter: any ProgressReporter
    ) async throws {}
}
