import ArgumentParser
import CairnCore
import CairnPlugins
import Foundation

struct PluginNew: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "plugin:new", "Make the skeleton of a plugin, with a test, in the current directory.",
        discussion: "'cairn plugin:test NAME' runs the test; 'cairn plugin:install ./NAME' installs it.")
    static let takesApp = false
    static let needsHost = false
    static let access = CommandAccess.localAsCaller

    @Argument(help: "What it is called, and the first word of its commands.") var name: String
    @Option(help: "What its program is written in: bash, python or swift.") var language = "bash"

    func run(in context: CommandContext) async throws {
        let name = try PluginName(validating: name)
        guard !CommandTable.isTaken(name.rawValue) else {
            throw CairnError(
                .pluginRefused, "A plugin cannot be called '\(name)': that is a command of Cairn's",
                hint: "Choose another name.")
        }
        guard let language = PluginLanguage(rawValue: language) else {
            throw CairnError(.usage, "There are skeletons in bash, python and swift")
        }
        let skeleton = PluginSkeleton(name: name, language: language)
        try skeleton.write(to: FileManager.default.currentDirectoryPath)
        context.output.step("Plugin \(name) made in ./\(name)")
        for line in skeleton.advice { context.output.detail(line) }
    }
}

struct PluginTest: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "plugin:test", "Look at a plugin as an installation would, and run its tests.",
        discussion: """
            The tests are the executables in the plugin's directory 'tests'. Each runs with what a plugin finds in its \
            environment, in a temporary state root; status 0 says that it passed.
            """)
    static let takesApp = false
    static let needsHost = false
    static let access = CommandAccess.localAsCaller

    @Argument(help: "The plugin's directory; the current one without it.") var directory = "."

    func run(in context: CommandContext) async throws {
        let current = FileManager.default.currentDirectoryPath
        let path = directory.hasPrefix("/") ? directory : current + "/" + directory
        // A plugin may use what comes with Cairn. It is tried without a host too, and by who may not read the host's file.
        let settings = (try? HostFile.settings(context.environment)) ?? context.settings
        let run = try PluginTestRun(directory: path, settings: settings, process: context.environment)
        let reporter = context.reporter
        guard try await context.cancellable({ try await run.run(reporter) }) else { throw ExitStatus(1) }
    }
}
