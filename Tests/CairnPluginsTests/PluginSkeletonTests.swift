import CairnCore
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
