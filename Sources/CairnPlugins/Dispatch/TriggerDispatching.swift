public import CairnCore

/// Tells the installed plugins that the work has reached a trigger point, and asks them what they have to say to it.
public protocol TriggerDispatching: Sendable {
    /// Whether an enabled plugin has something installed for the trigger. Costs a look-up in a dictionary.
    func isImplemented(_ trigger: Trigger) -> Bool

    /// Runs what is installed for the call's trigger, one after the other in the order of the plugins' names, and returns
    /// when all are done.
    ///
    /// - Parameter native: What Cairn does at the trigger by itself, in its place among the plugins.
    /// - Returns: What was answered, one after the other, when `output` is `.returned`; otherwise nothing.
    /// - Throws: `CairnError` when a plugin fails at a mandatory trigger. At an advisory one the reporter is warned
    ///   instead.
    func run(
        _ call: TriggerCall, native: NativeHandler?, output: TriggerOutput, reporter: any ProgressReporter
    ) async throws -> String
}

/// One firing of a trigger.
public struct TriggerCall: Sendable {
    public let trigger: Trigger
    /// What the trigger's documentation lists. They reach a plugin as its arguments, never a shell.
    public var arguments: [String]
    /// Variables for the plugins beside the usual ones.
    public var environment: [String: String] = [:]
    /// What the plugins read from their standard input, which they share: the first to read drains it.
    public var input = ""
    /// Where the plugins run; nil for the state root.
    public var directory: String?

    public init(_ trigger: Trigger, _ arguments: [String]) {
        self.trigger = trigger
        self.arguments = arguments
    }
}

/// Where the standard output of plugins goes. Their standard error always goes to the reporter.
public enum TriggerOutput: Sendable {
    /// To the reporter, line by line.
    case shown
    /// Back to the caller, as what the plugins answer.
    case returned
}

extension TriggerDispatching {
    /// Runs what is installed for a trigger at which Cairn does nothing by itself.
    public func run(
        _ call: TriggerCall, output: TriggerOutput, reporter: any ProgressReporter
    ) async throws -> String {
        try await run(call, native: nil, output: output, reporter: reporter)
    }

    /// Fires a trigger whose output is for people.
    public func fire(
        _ trigger: Trigger, arguments: [String], environment: [String: String] = [:], reporter: any ProgressReporter
    ) async throws {
        guard isImplemented(trigger) else { return }
        var call = TriggerCall(trigger, arguments)
        call.environment = environment
        _ = try await run(call, output: .shown, reporter: reporter)
    }

    /// Fires a trigger that needs no variables of its own.
    public func fire(
        _ trigger: Trigger, _ arguments: String..., reporter: any ProgressReporter = SilentReporter()
    ) async throws {
        try await fire(trigger, arguments: arguments, reporter: reporter)
    }

    /// Fires a trigger whose output is an answer: options, a name, a list. Whoever asks checks it like user input.
    public func ask(
        _ trigger: Trigger, _ arguments: String..., reporter: any ProgressReporter = SilentReporter()
    ) async throws -> String {
        guard isImplemented(trigger) else { return "" }
        return try await run(TriggerCall(trigger, arguments), output: .returned, reporter: reporter)
    }
}

/// A host without plugins: every look-up finds nothing.
public struct NoTriggers: TriggerDispatching {
    public init() {}

    public func isImplemented(_ trigger: Trigger) -> Bool { false }

    public func run(
        _ call: TriggerCall, native: NativeHandler?, output: TriggerOutput, reporter: any ProgressReporter
    ) async throws -> String {
        try await native?.answer(reporter) ?? ""
    }
}
