public import ArgumentParser

/// A command of the command line. Its arguments are parsed before anything is touched; then it runs in a context that
/// holds everything it may use.
public protocol CairnCommand: ParsableCommand {
    /// Who may call it, and as which unix user it runs.
    static var access: CommandAccess { get }
    /// Whether its first argument names an app, or may do so, so that the global flag `--app` means something to it.
    static var takesApp: Bool { get }
    /// Whether it reads the settings of this host; see `HostlessCommand`.
    static var needsHost: Bool { get }

    /// - Throws: `CairnError`, or `ExitStatus` when the command's own output has said it all.
    func run(in context: CommandContext) async throws
}

extension CairnCommand {
    public static var access: CommandAccess { .everyone }
    public static var takesApp: Bool { true }
    public static var needsHost: Bool { true }
}

/// Who may call a command.
public enum CommandAccess: Sendable {
    /// The host's own users and every ssh key.
    case everyone
    /// Users of the host; refused over ssh.
    case local
    /// Users of the host; and root stays root instead of becoming the owner of the state root.
    case localAsCaller
}

/// Ends a command with a status of its own, with nothing more to print: the exit code of a container, the answer "no" of
/// a test such as `apps:exists`.
public struct ExitStatus: Error, Equatable {
    public let code: Int32
    public init(_ code: Int32) { self.code = code }
}

extension CommandConfiguration {
    /// The configuration of a command named `name`, as all commands write it. `usage` is what follows the name, where the
    /// parser cannot say it well by itself.
    static func cairn(
        _ name: String, _ abstract: String, usage: String? = nil, discussion: String = "", aliases: [String] = [],
        isHidden: Bool = false
    ) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name, _superCommandName: "cairn", abstract: abstract,
            usage: usage.map { "cairn \(name) \($0)" },
            discussion: discussion, shouldDisplay: !isHidden, aliases: aliases)
    }
}

/// How a report or a list is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case stdout, json
    /// Another word for `stdout`.
    case text
}

/// `--format`, for every command that prints a report or a list.
struct FormatOption: ParsableArguments {
    @Option(name: .customLong("format"), help: "How to print the result: stdout (or text), or json.")
    var value = OutputFormat.stdout

    var isJSON: Bool { value == .json }
}
