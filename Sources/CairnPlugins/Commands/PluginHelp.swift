import CairnCore

/// What plugins say about their commands.
public struct PluginHelp: Sendable {
    /// A command and what it does.
    public struct Line: Sendable, Equatable {
        public let command: String
        public let text: String
    }

    let dispatcher: PluginDispatcher

    public init(_ dispatcher: PluginDispatcher) { self.dispatcher = dispatcher }

    /// How long a plugin may think about it, in seconds.
    private static let patience = 10

    /// The lines of all enabled plugins, sorted. Plugins find out which help is asked for by looking at the command line
    /// of their parent process.
    ///
    /// - Parameter isComplete: Every command; otherwise one line or a few for each plugin.
    public func lines(isComplete: Bool) async -> [Line] {
        var lines: [Line] = []
        for entry in dispatcher.index.entries {
            let own = await ownLines(of: entry, isComplete: isComplete)
            let shown = own.filter { isComplete || !$0.command.contains(":") }
            lines += shown.isEmpty ? listed(entry, isComplete: isComplete) : shown
        }
        return lines.sorted { $0.command < $1.command }
    }

    /// What `NAME:help` prints where the plugin itself prints nothing; nil when no such plugin is enabled.
    public func page(of name: String) -> [String]? {
        guard let entry = dispatcher.index.entry(named: name) else { return nil }
        let description = PluginManifest(directory: dispatcher.layout.directory(of: entry.name)).description
        return ["\(name): \(description)", ""] + listed(entry, isComplete: true).map { "    " + $0.command }
    }

    private func ownLines(of entry: PluginIndex.Entry, isComplete: Bool) async -> [Line] {
        guard entry.programs.contains("commands") else { return [] }
        let directory = dispatcher.layout.directory(of: entry.name)
        var request = PluginProcess.Request(
            call: ProgramCall(
                program: directory + "/commands", arguments: ["help"],
                environment: dispatcher.environment.variables(for: entry.name),
                directory: dispatcher.environment.settings.root))
        request.title = isComplete ? "cairn help --all" : "cairn help"
        request.timeLimit = .seconds(Self.patience)
        request.keepsAnswer = true
        guard (try? dispatcher.ready(for: .commands, ["help"])) != nil,
            (try? dispatcher.checkUntouched(request.call.program, entry.name)) != nil,
            let result = try? await PluginProcess.run(request, show: { _ in })
        else { return [] }
        return Self.parse(String(decoding: result.answer, as: UTF8.self))
    }

    /// Lines of four blanks, the command, a comma, and what it does.
    static func parse(_ text: String) -> [Line] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.split(separator: ",", maxSplits: 1)
            guard let command = parts.first?.trimmed, !command.isEmpty else { return nil }
            return Line(command: command.visible, text: (parts.count > 1 ? parts[1].trimmed : "").visible)
        }
    }

    /// What can be said without asking the plugin.
    private func listed(_ entry: PluginIndex.Entry, isComplete: Bool) -> [Line] {
        let directory = dispatcher.layout.directory(of: entry.name)
        let name = entry.name.rawValue
        if entry.subcommands.isEmpty && !entry.programs.contains("commands") { return [] }
        let summary = Line(command: name, text: PluginManifest(directory: directory).description.visible)
        guard isComplete else { return [summary] }
        let commands = entry.subcommands.filter { $0 != "default" }.map { Line(command: "\(name):\($0)", text: "") }
        return [summary] + commands
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let blanks: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: blanks).reversed().drop(while: blanks).reversed())
    }
}
