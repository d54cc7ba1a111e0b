import CairnCore
import Glibc

/// The command line from its first word to its exit status.
public enum CairnMain {
    /// Runs what the process was called for, and ends the process.
    ///
    /// The database is not closed before: the last to close it would write all of it back and sync, and the next command
    /// would begin by laying out its log anew. What is committed is safe in the log.
    public static func runProcess(
        arguments: [String], environment: [String: String], console: any Console
    ) async -> Never {
        let opened = OpenedHost()
        let status = await run(arguments: arguments, environment: environment, console: console, opened: opened)
        withExtendedLifetime(opened) { exit(status) }
    }

    /// Runs what the process was called for and returns the status to exit with. The name of the program is the first of
    /// the arguments; one that ends in `hooks/pre-receive` or `hooks/post-receive` makes this a hook of git.
    public static func run(
        arguments: [String], environment: [String: String], console: any Console
    ) async -> Int32 {
        await run(arguments: arguments, environment: environment, console: console, opened: OpenedHost())
    }

    private static func run(
        arguments: [String], environment: [String: String], console: any Console, opened: OpenedHost
    ) async -> Int32 {
        let program = arguments.first ?? "cairn"
        if let hook = GitHook(program: program) {
            return await hook.run(environment: environment)
        }
        let name = program.split(separator: "/").last.map(String.init) ?? ""
        let dispatcher = Dispatcher(environment: environment, console: console, program: name, opened: opened)
        return await dispatcher.run(Array(arguments.dropFirst()))
    }
}
