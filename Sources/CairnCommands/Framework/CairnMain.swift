import CairnCore

/// The command line from its first word to its exit status.
public enum CairnMain {
    /// Runs what the process was called for and returns the status to exit with.
    ///
    /// - Parameter arguments: The words of the call, the name of the program first. A name that ends in
    ///   `hooks/pre-receive` or `hooks/post-receive` makes this a hook of git.
    public static func run(
        arguments: [String], environment: [String: String], console: any Console
    ) async -> Int32 {
        let program = arguments.first ?? "cairn"
        if let hook = GitHook(program: program) {
            return await hook.run(environment: environment)
        }
        let dispatcher = Dispatcher(
            environment: environment, console: console, program: program.split(separator: "/").last.map(String.init) ?? "")
        return await dispatcher.run(Array(arguments.dropFirst()))
    }
}
