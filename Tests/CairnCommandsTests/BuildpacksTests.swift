import CairnCore
import CairnStore
import Testing

@testable import CairnCommands

@Suite("buildpacks:*")
struct BuildpacksTests {
    let host: TestHost
    init() throws {
        host = try TestHost()
        try host.app("web")
    }

    private func listed() async -> [String] {
        guard await host.run("buildpacks:list", "web") == 0 else { return [] }
        return host.lines
    }

    @Test("The list is kept in order, and says so in full")
    func list() async throws {
        #expect(await listed() == ["-----> web buildpack urls"])
        #expect(await host.run("buildpacks:add", "web", "heroku/nodejs") == 0)
        #expect(host.output.isEmpty)
        #expect(await host.run("buildpacks:add", "--index", "1", "web", "python") == 0)
        #expect(await host.run("buildpacks:add", "--index", "9", "web", "https://example.com/x.git#v1") == 0)
        let nodejs = "https://github.com/heroku/heroku-buildpack-nodejs.git"
        #expect(
            await listed() == [
                "-----> web buildpack urls", "       cairn/python", "       \(nodejs)",
                "       https://example.com/x.git#v1",
            ])
        #expect(await host.run("buildpacks:set", "--index", "2", "web", "ruby") == 0)
        #expect(await host.run("buildpacks:remove", "web", "python") == 0)
        #expect(host.lines == ["-----> Removing cairn/python"])
        #expect(await host.run("buildpacks:remove", "--index", "1", "web") == 0)
        #expect(await host.run("buildpacks:report", "web", "--buildpacks-list") == 0)
        #expect(host.lines == ["https://example.com/x.git#v1"])
        #expect(await host.run("buildpacks:set", "--replace", "web", "go", "java") == 0)
        #expect(await host.run("buildpacks:report", "web", "--format", "json") == 0)
        #expect(host.output.contains(#""list":"cairn/go,cairn/java""#))
        #expect(await host.run("buildpacks:list", "web", "--format", "json") == 0)
        #expect(host.lines == [#"["cairn/go","cairn/java"]"#])
        #expect(await host.run("buildpacks:clear", "web") == 0)
        #expect(await host.run("buildpacks:clear", "web") == 0)
        #expect(await listed() == ["-----> web buildpack urls"])
    }

    @Test(
        "What is wrong is said in the known words",
        arguments: [
            (["buildpacks:add", "web"], "Must specify a buildpack"),
            (["buildpacks:add", "web", "a/b/c"], "Invalid buildpack specified: a/b/c"),
            (["buildpacks:add", "--index", "0", "web", "go"], "Places are counted from 1"),
            (
                ["buildpacks:set", "--replace", "--index", "1", "web", "go"],
                "The --index flag cannot be used with --replace"
            ),
            (["buildpacks:set", "web", "go", "java"], "Setting multiple buildpacks requires the --replace flag"),
            (
                ["buildpacks:set", "--replace", "web"],
                "Must specify at least one buildpack, use buildpacks:clear to remove all buildpacks"
            ),
            (["buildpacks:remove", "web"], "Must specify a buildpack to remove, either by index or URL"),
            (
                ["buildpacks:remove", "--index", "1", "web", "go"],
                "Please choose either index or Buildpack, but not both"
            ),
            (
                ["buildpacks:remove", "web", "go"],
                "No buildpacks were found, next release on web will detect buildpack normally"
            ),
            (["buildpacks:list", "nobody"], "App nobody does not exist"),
            (["buildpacks:set-property", "web", "stack", "a b"], "Invalid value for stack"),
            (["buildpacks:set-property", "web", "list", "x"], "Invalid property specified"),
            (["buildpacks:set-property", "web", "ca-certificates", "/x"], "Property can only be specified globally"),
            (["buildpacks:set-property", "--global", "ca-certificates", "x"], "Invalid value for ca-certificates"),
            (["builder:set", "web", "selected", "nix"], "Invalid value for selected"),
        ])
    func refusals(words: [String], message: String) async {
        #expect(await host.run(words: words) != 0)
        #expect(host.errors.contains(message), "\(host.errors)")
    }

    @Test("A value and an index that are not in the list")
    func missing() async {
        #expect(await host.run("buildpacks:set", "web", "go") == 0)
        #expect(await host.run("buildpacks:remove", "web", "java") == 1)
        #expect(host.errors.contains("Value not found"))
        #expect(await host.run("buildpacks:remove", "--index", "2", "web") == 1)
        #expect(host.errors.contains("Index not found"))
    }

    @Test("The stack is reported for the app, the host, and in effect; herokuish is another word for buildpacks")
    func properties() async {
        #expect(await host.run("buildpacks:set-property", "--global", "stack", "heroku/heroku:24-build") == 0)
        #expect(host.lines == ["=====> Setting stack to heroku/heroku:24-build"])
        #expect(await host.run("buildpacks:report", "web", "--buildpacks-computed-stack") == 0)
        #expect(host.lines == ["heroku/heroku:24-build"])
        #expect(await host.run("builder:set", "web", "selected", "herokuish") == 0)
        #expect(await host.run("builder:report", "web", "--builder-selected") == 0)
        #expect(host.lines == ["buildpacks"])
    }
}
