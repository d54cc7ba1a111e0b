import CairnCore
import CairnStore
import Testing

@testable import CairnCommands

@Suite("releases")
struct ReleasesTests {
    let host: TestHost
    init() throws { host = try TestHost() }

    @Test func listsTheNewestFirstAndMarksTheCurrent() async throws {
        let app = try host.deployedApp("web", config: ["SECRET": "hunter2"])
        let failed = try host.store.addRelease(
            of: app, imageID: "sha256:2", imageTag: "", content: .init(source: "git-push", builder: "dockerfile"),
            description: "Deploy 5678", actor: "bob")
        try host.store.failRelease(failed, because: "it did not start")
        #expect(await host.run("releases", "web") == 0)
        #expect(
            host.lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
                "=====> web", "VERSION STATUS", "v2 failed", "v1 current",
            ])
        #expect(await host.run("releases", "web", "--format", "json", "-n", "1") == 0)
        guard case .array(let list) = try host.json else { return #expect(Bool(false)) }
        #expect(list.count == 1 && list[0]["version"] == 2 && list[0]["failure"] == "it did not start")
        #expect(await host.run("releases:info", "web") == 0)
        #expect(host.output.contains("SECRET") && !host.output.contains("hunter2"))
        #expect(await host.run("releases:info", "web", "v1", "--format", "json") == 0)
        #expect(try host.json["config_keys"] == ["SECRET"] && host.json["current"] == true)
        #expect(!host.output.contains("hunter2"))
    }

    @Test func refusesWhatIsNoVersion() async throws {
        try host.deployedApp("web")
        #expect(await host.run("releases:info", "web", "v9") == 1)
        #expect(host.errors.contains("[E-NOT-FOUND]"))
        for text in ["x", "v", "v-1", "v0", "99999999999999999999"] {
            let error = #expect(throws: CairnError.self) { try ReleaseVersion.parse(text) }
            #expect(error?.code == .invalidValue)
        }
        #expect(try ReleaseVersion.parse("v12") == 12)
        #expect(try ReleaseVersion.parse("7") == 7)
        #expect(await host.run("releases:rollback", "web") == 1)
        #expect(host.errors.contains("no earlier release"))
    }
}
