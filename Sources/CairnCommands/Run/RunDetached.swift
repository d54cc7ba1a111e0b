import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import DockerEngine

struct RunDetached: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "run:detached", "Run a command in a container of its own, without waiting for it.",
        usage: "[--env KEY=VALUE]... [--force-tty] [--ttl-seconds N] <app> [<command>...]",
        discussion: "Prints the container's name, for run:logs and run:stop. It is removed when the command ends.")

    @OptionGroup var line: RunLine

    func run(in context: CommandContext) async throws {
        let (flags, name, words) = try line.parts()
        let app = try context.app(name)
        let options = try flags.options(terminal: false)
        let platform = try context.platform()
        if try await context.delegates(.schedulerRun, of: app, options.triggerArguments(words)) { return }
        let (container, id) = try await platform.createOneOff(
            for: app, words, options, reporter: ErrorStreamReporter(console: context.console))
        try await platform.startOneOff(id, named: container)
        context.output.line(container)
    }
}
