import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore
import DockerEngine
import Glibc

struct Run: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "run", "Run a command in a container of its own, with the app's code and config.",
        usage: "[--env KEY=VALUE]... [--no-tty | --force-tty] [--ttl-seconds N] <app> [<command>...]",
        discussion: """
            A first word that names a process type of the Procfile stands for its command. Without a command, a shell. The \
            container is removed at the end, and the exit status is the command's.
            """)

    @OptionGroup var line: RunLine

    func run(in context: CommandContext) async throws {
        let (flags, name, words) = try line.parts()
        let app = try context.app(name)
        var options = try flags.options(terminal: context.console.isTerminal)
        options.isAttached = true
        if options.terminal { options.environment.merge(Shell.terminal(context)) { own, _ in own } }
        let platform = try context.platform()
        let command = try Shell.announced(words, of: app, context) ?? Shell.command(of: app, context)
        if try await context.delegates(.schedulerRun, of: app, options.triggerArguments(command)) { return }
        let (_, id) = try await platform.createOneOff(
            for: app, command, options, reporter: ErrorStreamReporter(console: context.console))
        let attended = AttendedContainer(
            id: id, hasTerminal: options.terminal, platform: platform, console: context.console)
        let status = try await attended.run()
        try await platform.triggers.fire(
            .schedulerPostRun, Scheduler.own, app.name.rawValue, id, "\(status)",
            reporter: ErrorStreamReporter(console: context.console))
        if status != 0 { throw ExitStatus(status) }
    }
}

/// Which command a person means who names none, and what its terminal is told.
enum Shell {
    /// The words, when there are any; says so when the first stands for a process type's command.
    static func announced(_ words: [String], of app: App, _ context: CommandContext) throws -> [String]? {
        guard let first = words.first else { return nil }
        if let release = try context.store().currentRelease(of: app), release.content.commands[first] != nil {
            // Not on standard output: that is the command's own.
            if !context.output.isQuiet {
                context.console.writeError("-----> Found '\(first.visible)' in Procfile, running that command\n")
            }
        }
        return words
    }

    /// The shell that was set with `scheduler:set shell`, or the better of those that the image has.
    static func command(of app: App, _ context: CommandContext) throws -> [String] {
        if let shell = try context.store().effectiveProperties("scheduler", of: app.name)["shell"] {
            return try ShellWords.split(shell)
        }
        return ["/bin/sh", "-c", "if [ -x /bin/bash ]; then exec /bin/bash; else exec /bin/sh; fi"]
    }

    /// The kind of the caller's terminal, which programs that draw on it need to know.
    static func terminal(_ context: CommandContext) -> [String: String] {
        guard let kind = context.environment["TERM"], (1...64).contains(kind.utf8.count),
            kind.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return [:] }
        return ["TERM": kind]
    }
}
