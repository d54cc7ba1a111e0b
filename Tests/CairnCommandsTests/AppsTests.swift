import CairnCore
import Testing

@testable import CairnCommands

@Suite("apps:*")
struct AppsTests {
    let host: TestHost
    init() throws { host = try TestHost() }

    @Test func createListAndExists() async throws {
        #expect(await host.run("apps:create", "web") == 0)
        #expect(host.lines == ["-----> Creating web..."])
        #expect(await host.run("apps:create", "web") == 1)
        #expect(host.errorLines.first == " !     Name is already taken [E-NAME-TAKEN]")
        #expect(await host.run("apps", "--format", "json") == 0)
        #expect(host.output == "[\"web\"]\n")
        #expect(await host.run("apps:list", "--format=json") == 0)
        #expect(await host.run("apps:exists", "web") == 0)
        #expect(host.output.isEmpty)
        #expect(await host.run("apps:exists", "other") == 20)
        #expect(host.output.isEmpty && host.errors.isEmpty)
    }

    @Test func noAppsAtAll() async throws {
        #expect(await host.run("apps:list") == 0)
        #expect(host.errorLines == [" !     You haven't deployed any applications yet"])
        #expect(await host.run("apps:list", "--format", "json") == 0)
        #expect(host.output == "[]\n")
        #expect(await host.run("apps:report") == 0)
    }

    @Test func destroyAsksForTheName() async throws {
        try host.app("web")
        #expect(await host.run("apps:destroy", "web", input: Array("wen\n".utf8)) == 1)
        #expect(host.errors.contains("To proceed, type \"web\""))
        #expect(host.errors.contains("Confirmation did not match test. Aborted. [E-NOT-CONFIRMED]"))
        #expect(await host.run("apps:destroy", "web") == 1)
        #expect(await host.run("apps:exists", "web") == 0)
        #expect(await host.run("apps:destroy", "nope", "--force") == 20)
    }

    @Test func lockAndUnlock() async throws {
        try host.app("web")
        #expect(await host.run("apps:locked", "web") == 1)
        #expect(host.errorLines == [" !     Deploy lock does not exist"])
        #expect(await host.run("apps:lock", "web") == 0)
        #expect(host.lines == ["-----> Deploy lock created"])
        #expect(await host.run("apps:lock", "web") == 1)
        #expect(await host.run("apps:locked", "web") == 0)
        #expect(host.lines == ["Deploy lock exists"])
        #expect(await host.run("apps:report", "web", "--app-locked") == 0)
        #expect(host.lines == ["true"])
        #expect(await host.run("git:unlock", "web") == 0)
        #expect(host.lines == ["-----> Deploy lock removed"])
        #expect(await host.run("apps:unlock", "web") == 1)
    }

    @Test func renameAndCloneRefuseATakenName() async throws {
        try host.app("web")
        try host.app("other")
        #expect(await host.run("apps:rename", "web", "other") == 1)
        #expect(await host.run("apps:clone", "web", "other") == 1)
        #expect(await host.run("apps:clone", "--ignore-existing", "web", "other") == 0)
        #expect(await host.run("apps:clone", "web") == 2)
        #expect(await host.run("apps:rename", "nope", "new") == 20)
        #expect(await host.run("apps:rename", "web", "Bad") == 1)
    }
}
