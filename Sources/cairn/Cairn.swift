import CairnCommands
import Foundation

/// The executable: the command line of this process, bound to its terminal and environment.
@main
struct Cairn {
    /// Leaves at once: connections and threads that are open end with the process.
    static func main() async {
        let status = await CairnMain.run(
            arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment,
            console: TerminalConsole())
        exit(status)
    }
}
