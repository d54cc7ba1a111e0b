import CairnCommands

/// The executable: the command line of this process, bound to its terminal and environment.
@main
struct Cairn {
    static func main() async {
        await CairnMain.runProcess(
            arguments: CommandLine.arguments, environment: ProcessEnvironment.current(), console: TerminalConsole())
    }
}
