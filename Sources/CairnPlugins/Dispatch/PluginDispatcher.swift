public import CairnCore
import Glibc
import Synchronization

/// Runs what enabled plugins have installed for a trigger.
public final class PluginDispatcher: TriggerDispatching {
    public let environment: PluginEnvironment
    let layout: PluginLayout
    private let cache: IndexCache
    private let prepare: @Sendable (TriggerCall) throws -> Void

    /// Reads nothing yet.
    ///
    /// - Parameter prepare: Called before plugins' programs start: brings up to date the files that they read.
    public init(
        _ environment: PluginEnvironment, prepare: @escaping @Sendable (TriggerCall) throws -> Void = { _ in }
    ) {
        self.environment = environment
        self.prepare = prepare
        layout = PluginLayout(environment.settings)
        cache = IndexCache(layout)
    }

    /// What is enabled now.
    public var index: PluginIndex { cache.index }

    public func isImplemented(_ trigger: Trigger) -> Bool {
        !index.plugins(implementing: trigger.name).isEmpty
    }

    public func run(
        _ call: TriggerCall, native: NativeHandler?, output: TriggerOutput, reporter: any ProgressReporter
    ) async throws -> String {
        let plugins = index.plugins(implementing: call.trigger.name)
        if !plugins.isEmpty { try ready(for: call) }
        let input = try SharedInput(plugins.isEmpty ? "" : call.input)
        var answer: [UInt8] = []
        for step in Self.steps(plugins, native) {
            try Task.checkCancellation()
            do {
                switch step {
                case .plugin(let plugin): answer += try await run(plugin, call, input, output, reporter)
                case .native(let native):
                    let text = try await native.answer(reporter)
                    if output == .returned { answer += text.utf8 }
                }
            } catch let error as CairnError where call.trigger.class == .advisory {
                reporter.warning(error.message)
                error.evidence.forEach(reporter.detail)
            }
        }
        return String(decoding: answer, as: UTF8.self)
    }

    private enum Step {
        case plugin(PluginName)
        case native(NativeHandler)
    }

    /// All that is to be done, in the order of the names.
    private static func steps(_ plugins: [PluginName], _ native: NativeHandler?) -> [Step] {
        guard let native else { return plugins.map(Step.plugin) }
        let before = plugins.prefix { native.comes(after: $0) }
        return before.map(Step.plugin) + [.native(native)] + plugins.dropFirst(before.count).map(Step.plugin)
    }

    /// Those of the names of apps that plugins let the caller see; all of them where no plugin decides.
    ///
    /// - Throws: `E-PLUGIN-FAILED`, `E-PLUGIN-TIMEOUT`.
    public func visible(_ names: [String], reporter: any ProgressReporter) async throws -> [String] {
        guard !names.isEmpty, isImplemented(.userAuthApp) else { return names }
        let caller = environment.caller
        let call = TriggerCall(.userAuthApp, [caller.user, caller.key] + names)
        let answer = try await run(call, output: .returned, reporter: reporter)
        let permitted = Set(answer.split(whereSeparator: \.isWhitespace).map(String.init))
        return names.filter(permitted.contains)
    }

    /// Runs what one plugin has installed for a trigger; its output is shown.
    ///
    /// - Throws: `E-PLUGIN-FAILED`, `E-PLUGIN-TIMEOUT`, whatever the trigger's class.
    func run(_ call: TriggerCall, of plugin: PluginName, reporter: any ProgressReporter) async throws {
        try ready(for: call)
        _ = try await run(plugin, call, SharedInput(call.input), .shown, reporter)
    }

    private func run(
        _ plugin: PluginName, _ call: TriggerCall, _ input: SharedInput, _ output: TriggerOutput,
        _ reporter: any ProgressReporter
    ) async throws -> [UInt8] {
        let directory = layout.directory(of: plugin)
        try checkUntouched(directory + "/" + call.trigger.name, plugin)
        var request = PluginProcess.Request(
            call: ProgramCall(
                program: directory + "/" + call.trigger.name, arguments: call.arguments,
                environment: environment.variables(
                    for: plugin, trigger: call.trigger.name, extra: call.environment),
                directory: call.directory ?? environment.settings.root))
        request.input = input.descriptor
        request.timeLimit = timeLimit(of: call.trigger)
        request.keepsAnswer = output == .returned
        let result = try await PluginProcess.run(request) { reporter.pass($0) }
        if result.leavesProcesses {
            reporter.warning("The plugin \(plugin) has left processes running that cannot be ended")
        }
        if result.ending == .cancelled { throw CancellationError() }
        guard result.ending.isSuccess else {
            throw CairnError.failed(plugin, at: call.trigger, result, timeLimit: request.timeLimit)
        }
        return result.answer
    }

    /// Brings up to date what plugins find on the disk.
    ///
    /// - Throws: `E-IO`.
    public func prepareFiles() throws { try prepare(TriggerCall(.install, [])) }

    /// Makes everything ready for programs of plugins.
    ///
    /// - Throws: `E-PLUGIN-FAILED` where plugins call each other for ever, `E-IO`.
    func ready(for trigger: Trigger, _ arguments: [String]) throws { try ready(for: TriggerCall(trigger, arguments)) }

    private func ready(for call: TriggerCall) throws {
        try checkDepth(call.trigger)
        try prepare(call)
    }

    /// A program that everybody may have written is not run.
    func checkUntouched(_ program: String, _ plugin: PluginName) throws(CairnError) {
        guard let status = FileSystem.status(program), status.st_mode & 0o002 != 0 else { return }
        throw CairnError(
            .pluginRefused, "The plugin \(plugin) has a program that everybody may write to: \(program)",
            hint: "Look at it, then: chmod o-w \(program)")
    }

    private func timeLimit(of trigger: Trigger) -> Duration? {
        let settings = environment.settings
        let seconds = trigger.class == .mandatory ? settings.pluginTimeout : settings.pluginAdvisoryTimeout
        return switch trigger.pace {
        case .usual: .seconds(seconds)
        case .slow: .seconds(6 * seconds)
        case .unlimited: nil
        }
    }

    private func checkDepth(_ trigger: Trigger) throws(CairnError) {
        guard environment.depth >= PluginEnvironment.maximumDepth else { return }
        throw CairnError(
            .pluginFailed,
            "Plugins call each other without end: '\(trigger.name.excerpt())' was reached \(environment.depth) plugins deep",
            hint: "Look for a plugin that calls a command which fires the trigger that the plugin handles.")
    }
}

/// What all plugins at one firing read from: the first to read it leaves the others its end.
private final class SharedInput: Sendable {
    /// Nil for an empty input.
    let descriptor: Int32?

    /// - Throws: `E-IO` when it cannot be kept anywhere.
    init(_ text: String) throws(CairnError) {
        guard !text.isEmpty else {
            descriptor = nil
            return
        }
        var template = Array("/tmp/cairn-input-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw FileSystem.failure("written", "/tmp") }
        unlink(template)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        descriptor = file
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FileSystem.failure("written", "/tmp") }
            rest = rest.dropFirst(count)
        }
        lseek(file, 0, SEEK_SET)
    }

    deinit {
        if let descriptor { close(descriptor) }
    }
}
