import ArgumentParser
import CairnCore

/// The whole tree of commands, which is built for nothing but completion scripts: a call of a command looks up and parses
/// that one alone.
struct CompletionRoot: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "cairn", abstract: "Deploy apps by git push, and run them.", version: CairnVersion.text,
            groupedSubcommands: CommandTable.namespaces.filter { !$0.isHidden }.map { namespace in
                CommandGroup(
                    name: namespace.name, subcommands: namespace.commands.map { $0 as any ParsableCommand.Type })
            })
    }
}

/// `cairn --generate-completion-script bash|zsh|fish`.
struct CompletionScript: HostlessCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:completion", "Print a completion script for a shell.", isHidden: true)

    @Argument(help: "bash, zsh or fish.") var shell: String

    func run(output: Output) throws {
        guard let shell = CompletionShell(rawValue: shell) else {
            throw CairnError(.usage, "There are completion scripts for bash, zsh and fish")
        }
        output.line(CompletionRoot.completionScript(for: shell))
    }
}
