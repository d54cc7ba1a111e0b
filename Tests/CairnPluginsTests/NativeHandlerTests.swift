import CairnCore
import Glibc
import Testing

@testable import CairnPlugins

@Suite("Cairn's own part of a trigger")
struct NativeHandlerTests {
    @Test("It has its place among the plugins, by the name of the one that stands for it")
    func order() async throws {
        let fixture = try PluginFixture()
        for name in ["zeta", "alpha"] { try fixture.plugin(name, ["ports-get": "echo \(name)"]) }
        for (place, expected) in [
            ("ports", "alpha\nown\nzeta\n"), ("00", "own\nalpha\nzeta\n"), ("zz", "alpha\nzeta\nown\n"),
        ] {
            let native = NativeHandler(place: place) { _ in "own\n" }
            let answer = try await fixture.dispatcher.run(
                TriggerCall(.portsGet, ["web"]), native: native, output: .returned, reporter: fixture.reporter)
            #expect(answer == expected)
        }
    }

    @Test("Where it fails at a mandatory trigger, plugins behind it are not asked; at an advisory one it is a warning")
    func failure() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin("alpha", ["config-get": "echo before", "cron-write": "true"])
        try fixture.plugin(
            "zeta", ["config-get": "touch \(fixture.root)/asked", "cron-write": "echo '-----> told' >&2"])
        let failing = NativeHandler(place: "config") { _ in throw CairnError(.notFound, "KEY is not set") }
        let error = try await fixture.refusal {
            _ = try await fixture.dispatcher.run(
                TriggerCall(.configGet, ["web", "KEY"]), native: failing, output: .returned,
                reporter: fixture.reporter)
        }
        #expect(error.message == "KEY is not set")
        #expect(!FileSystem.exists(fixture.root + "/asked"))
        _ = try await fixture.dispatcher.run(
            TriggerCall(.cronWrite, []), native: failing, output: .returned, reporter: fixture.reporter)
        #expect(fixture.reporter.lines == [" !     KEY is not set", "-----> told"])
    }

    @Test("A host without plugins has it all the same")
    func alone() async throws {
        let native = NativeHandler(place: "config") { _ in "value\n" }
        let call = TriggerCall(.configGet, ["web", "KEY"])
        let none = try await NoTriggers().run(call, native: native, output: .returned, reporter: SilentReporter())
        #expect(none == "value\n")
        let fixture = try PluginFixture()
        let empty = try await fixture.dispatcher.run(
            call, native: native, output: .returned, reporter: fixture.reporter)
        #expect(empty == "value\n")
    }

    @Test("What is called from one command has its process number, and the build that it belongs to")
    func numbers() async throws {
        let fixture = try PluginFixture()
        try fixture.plugin("a", ["report": #"echo "$DOKKU_PID ${DOKKU_BUILD_ID-none}""#])
        #expect(try await fixture.dispatcher.ask(.report, "web") == "\(getpid()) none\n")
        let building = try await PluginEnvironment.$buildID.withValue("abc") {
            try await fixture.dispatcher.ask(.report, "web")
        }
        #expect(building == "\(getpid()) abc\n")
        let inner = fixture.dispatcher(process: ["CAIRN_PLUGIN": "b", "DOKKU_PID": "12", "DOKKU_BUILD_ID": "outer"])
        #expect(try await inner.ask(.report, "web") == "12 outer\n")
        // Outside of plugins they are anybody's.
        let stranger = fixture.dispatcher(process: ["DOKKU_PID": "12", "DOKKU_BUILD_ID": "outer"])
        #expect(try await stranger.ask(.report, "web") == "\(getpid()) none\n")
    }
}
