import CairnCore
import Foundation
import Testing

@testable import CairnPlugins

@Suite("A new plugin")
struct PluginSkeletonTests {
    @Test("Its test passes, and notices a fault", arguments: [PluginLanguage.bash, .python])
    func testsPass(language: PluginLanguage) async throws {
        let fixture = try PluginFixture()
        let name = try PluginName(validating: "greeter")
        try PluginSkeleton(name: name, language: language).write(to: fixture.root)
        #expect(try await run(fixture))
        try fixture.write(fixture.root + "/greeter/post-deploy", "exit 0")
        #expect(try await !run(fixture))
        #expect(fixture.reporter.lines.last == " !     hello: failed with status 1")
    }

    private func run(_ fixture: PluginFixture) async throws -> Bool {
        try await PluginTestRun(
            directory: fixture.root + "/greeter", settings: fixture.settings, process: [:]
        ).run(fixture.reporter)
    }

    @Test("One that is not built says so")
    func notBuilt() async throws {
        let fixture = try PluginFixture()
        let name = try PluginName(validating: "greeter")
        try PluginSkeleton(name: name, language: .swift).write(to: fixture.root)
        #expect(try await !run(fixture))
        #expect(fixture.reporter.lines.first == "       It has not been built: run ./build")
    }

    @Test("The tutorial shows the programs that are made")
    func tutorial() throws {
        let page =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/docs/plugins.md"
        let text = try String(contentsOfFile: page, encoding: .utf8)
        for program in [
            PluginTemplates.bashCommand, PluginTemplates.bashTrigger, PluginTemplates.pythonTrigger,
            PluginTemplates.swiftProgram,
        ] {
            // The page says in its own words how they are called.
            let shown = program.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("# Called as") }.joined(separator: "\n")
            #expect(text.contains(shown), "\(shown)")
        }
    }

    @Test("It takes no place that is taken")
    func taken() throws {
        let fixture = try PluginFixture()
        let skeleton = PluginSkeleton(name: try PluginName(validating: "greeter"), language: .swift)
        try skeleton.write(to: fixture.root)
        let error = #expect(throws: CairnError.self) { try skeleton.write(to: fixture.root) }
        #expect(error?.code == .nameTaken)
        #expect(FileSystem.isExecutableFile(fixture.root + "/greeter/build"))
    }
}
