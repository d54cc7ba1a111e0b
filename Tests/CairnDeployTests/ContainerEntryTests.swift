import CairnCore
import CairnStore
import CairnTestSupport
import Testing

@testable import CairnDeploy

@Suite("How commands of a release are started")
struct ContainerEntryTests {
    private func entry(_ kind: Release.BuildNotes.Entry?) throws -> ContainerEntry {
        let temporary = try TemporaryStore()
        let app = try temporary.store.createApp(AppName(validating: "web"))
        var content = Release.Content(source: "git-push", builder: "x", config: ["A": "1", "B": "app"])
        content.commands = ["web": "bin/serve $PORT", "worker": "a && b", "clock": "exec tick"]
        content.build = kind.map { Release.BuildNotes(entry: $0, config: ["B": "buildpack", "C": "buildpack"]) }
        let release = try temporary.store.addRelease(
            of: app, imageID: "i", imageTag: "t", content: content, description: "", actor: "tess")
        return ContainerEntry(release: release)
    }

    private func process(_ name: String) throws -> ProcessType { try ProcessType(validating: name) }

    @Test("By buildpacks: /start and /exec, with the line as it stands, and exec before one command")
    func buildpacks() throws {
        let entry = try entry(.buildpacks)
        func start(_ name: String) throws -> [String]? {
            try entry.start(process(name), environment: ["PORT": "5000"]).arguments
        }
        #expect(try start("web") == ["/start", "web", "exec bin/serve $PORT"])
        #expect(try start("worker") == ["/start", "worker", "a && b"])
        #expect(try start("clock") == ["/start", "clock", "exec tick"])
        #expect(try start("other") == ["/start", "other"])
        #expect(entry.shell("a; b").arguments == ["/exec", "a; b"])
        #expect(try entry.run([], environment: [:]).arguments == ["/exec"])
        #expect(try entry.run(["rake db:migrate"], environment: [:]).arguments == ["/exec", "rake db:migrate"])
        #expect(try entry.run(["web", "a b"], environment: [:]).arguments == ["/exec", "bin/serve $PORT 'a b'"])
        #expect(
            try entry.run(["echo", "$HOME", "a b"], environment: [:]).arguments == ["/exec", "echo", "$HOME", "a b"])
        #expect(entry.release.commandInside(["ls", "-l"]) == ["/exec", "ls", "-l"])
        #expect(entry.release.commandInside(["a b"]) == ["/exec", "'a b'"])
    }

    @Test("Any other image: the words are its arguments")
    func image() throws {
        for kind in [nil, Release.BuildNotes.Entry.image] {
            let entry = try entry(kind)
            let web = try entry.start(process("web"), environment: ["PORT": "5000"])
            #expect(web == ContainerEntry.Words(arguments: ["bin/serve", "5000"]))
            #expect(try entry.start(process("other"), environment: [:]) == ContainerEntry.Words())
            #expect(entry.shell("a; b").arguments == ["/bin/sh", "-c", "a; b"])
            #expect(try entry.run([], environment: [:]) == ContainerEntry.Words())
            #expect(try entry.run(["worker", "a b"], environment: [:]).arguments == ["/bin/sh", "-c", "a && b 'a b'"])
            #expect(entry.release.commandInside(["ls", "-l"]) == ["ls", "-l"])
        }
    }

    @Test("Cloud Native Buildpacks: the launcher")
    func launcher() throws {
        let entry = try entry(.launcher)
        let expected = ContainerEntry.Words(entrypoint: ["/cnb/lifecycle/launcher"], arguments: ["bin/serve $PORT"])
        #expect(try entry.start(process("web"), environment: [:]) == expected)
        #expect(try entry.start(process("other"), environment: [:]) == ContainerEntry.Words())
        #expect(entry.release.commandInside(["ls", "-l"]) == ["/cnb/lifecycle/launcher", "--", "ls", "-l"])
    }

    @Test("The app's config goes before what the buildpacks propose")
    func environment() throws {
        let temporary = try TemporaryStore()
        let app = try temporary.store.createApp(AppName(validating: "web"))
        let environment = try entry(.buildpacks).release.environment(of: app)
        #expect(environment["A"] == "1")
        #expect(environment["B"] == "app")
        #expect(environment["C"] == "buildpack")
    }
}
