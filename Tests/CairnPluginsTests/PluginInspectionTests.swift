import CairnCore
import Glibc
import Testing

@testable import CairnPlugins

@Suite("Looking at a plugin before it runs")
struct PluginInspectionTests {
    private let fixture: PluginFixture
    private var directory: String { fixture.root + "/p" }

    init() throws {
        fixture = try PluginFixture()
        try fixture.write(fixture.root + "/p/post-deploy", "true")
    }

    private func inspect() throws -> PluginInspection {
        try PluginInspection(directory: directory, name: PluginName(validating: "p"))
    }

    @Test("It says what will run")
    func clean() throws {
        try fixture.write(directory + "/subcommands/default", "true")
        try fixture.write(directory + "/subcommands/go", "true")
        try fixture.write(directory + "/pre-build", "true", mode: 0o644)
        symlink("post-deploy", directory + "/core-post-deploy")
        symlink("../post-deploy", directory + "/subcommands/same")
        let plugin = try inspect()
        #expect(plugin.triggers == ["core-post-deploy", "post-deploy"])
        #expect(plugin.commands == ["p", "p:go", "p:same"])
        #expect(plugin.warnings.contains("Its 'pre-build' is not executable, and is passed over"))
    }

    @Test(
        "A link that leaves the directory is refused",
        arguments: ["/etc/passwd", "../../etc/passwd", "subcommands/../../x", "..", "a/../../p/post-deploy"])
    func links(target: String) throws {
        symlink(target, directory + "/link")
        let error = #expect(throws: CairnError.self) { try inspect() }
        #expect(error?.code == .pluginRefused)
        #expect(error?.message == "The plugin has a link that leaves its directory: link")
    }

    @Test("So is a link that another link leads out")
    func linkThroughLink() throws {
        symlink("sub/../..", directory + "/link")
        try FileSystem.makeDirectory(directory + "/sub")
        #expect(throws: CairnError.self) { try inspect() }
    }

    @Test(arguments: [(mode_t(0o666), "everybody may write"), (0o4755, "another user"), (0o2755, "another user")])
    func permissions(mode: mode_t, reason: String) throws {
        try fixture.write(directory + "/helper", "true")
        chmod(directory + "/helper", mode)
        let error = #expect(throws: CairnError.self) { try inspect() }
        #expect(error?.code == .pluginRefused && error?.message.contains(reason) == true)
    }

    @Test("A pipe is refused, and so is a directory without programs")
    func nothingToRun() throws {
        mkfifo(directory + "/pipe", 0o600)
        #expect(throws: CairnError.self) { try inspect() }
        try FileSystem.remove(directory)
        try fixture.write(directory + "/notes", "", mode: 0o644)
        let error = #expect(throws: CairnError.self) { try inspect() }
        #expect(error?.message.contains("neither a plugin.toml nor a program") == true)
    }
}
