import CairnCore
import Glibc

/// Finds the plugin's program that a word of the command line means, and runs it in the caller's terminal.
public struct PluginCommands: Sendable {
    let dispatcher: PluginDispatcher

    public init(_ dispatcher: PluginDispatcher) { self.dispatcher = dispatcher }

    /// The status with which a plugin's program `commands` says that a word means nothing to it.
    static let notMine: Int32 = 10

    /// Runs the command if an enabled plugin has it. A file in `subcommands` takes the place of this process where
    /// `replacesProcess` says so, so that signals and the terminal are its own.
    ///
    /// - Parameter words: The command's name and its arguments.
    /// - Returns: The status to end with; nil when no plugin knows the word.
    /// - Throws: `E-PLUGIN-REFUSED` for a program that everybody may write to, `E-IO`.
    public func run(_ words: [String], replacesProcess: Bool) async throws -> Int32? {
        guard let word = words.first else { return nil }
        if let call = try subcommand(word, words) {
            if replacesProcess { throw Self.replaceProcess(by: call) }
            return try Self.attached(call)
        }
        for plugin in dispatcher.index.plugins(implementing: Trigger.commands.name) {
            let status = try Self.attached(call(of: plugin, "commands", words))
            if status != Self.notMine { return status }
        }
        return nil
    }

    /// The names of all files in `subcommands` of enabled plugins, as commands.
    public var names: [String] {
        dispatcher.index.entries.flatMap { entry in
            entry.subcommands.map { $0 == "default" ? entry.name.rawValue : "\(entry.name):\($0)" }
        }
    }

    /// A file named like what follows the colon; `default` for the bare word; or one named like the whole word.
    private func subcommand(_ word: String, _ words: [String]) throws -> ProgramCall? {
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let entry = dispatcher.index.entry(named: String(parts[0])) else { return nil }
        let wanted = parts.count == 1 ? "default" : String(parts[1])
        guard let file = [wanted, word].first(where: entry.subcommands.contains) else { return nil }
        return try call(of: entry.name, "subcommands/" + file, words)
    }

    private func call(of plugin: PluginName, _ program: String, _ words: [String]) throws -> ProgramCall {
        try dispatcher.ready(for: .commands, words)
        let path = dispatcher.layout.directory(of: plugin) + "/" + program
        try dispatcher.checkUntouched(path, plugin)
        return ProgramCall(
            program: path, arguments: words, environment: dispatcher.environment.variables(for: plugin),
            directory: dispatcher.environment.settings.root)
    }

    /// Returns only why it failed.
    private static func replaceProcess(by call: ProgramCall) -> CairnError {
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        let arguments = ([call.program] + call.arguments).map { strdup($0) } + [nil]
        let variables = call.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        execve(call.program, arguments, variables)
        return CairnError(
            .io, "\(call.program) cannot be started: \(String(cString: strerror(errno)))",
            hint: "Is what its first line names installed on this host?")
    }

    /// Runs a program in the caller's terminal and process group, and returns its status. What the terminal sends to
    /// both is the program's to follow.
    private static func attached(_ call: ProgramCall) throws -> Int32 {
        let former = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, handler) in former { signal(number, handler) } }
        let process = try Spawn.start(
            [call.program] + call.arguments, environment: call.environment, descriptors: [(0, 0), (1, 1), (2, 2)],
            ownSession: false)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        return ProcessEnding(waitStatus: status).status
    }
}
