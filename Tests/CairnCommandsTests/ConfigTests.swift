import CairnCore
import CairnStore
import Testing

@testable import CairnCommands

@Suite("config:*")
struct ConfigTests {
    let host: TestHost
    init() throws {
        host = try TestHost()
        try host.app("web")
    }

    @Test func setPrintsNamesAndNoValues() async throws {
        #expect(await host.run("config:set", "web", "A=secret-1", "LONGER=secret 2") == 0)
        #expect(host.lines == ["-----> Setting config vars", "       A:       (set)", "       LONGER:  (set)"])
        #expect(await host.run("config:set", "web", "A=secret-1") == 0)
        #expect(
            host.lines == [
                "-----> Setting config vars", "       A:  (unchanged)", "-----> No change, so nothing is restarted",
            ])
        #expect(try host.store.events().count == 1)
        #expect(try !host.store.events().contains { $0.message.contains("secret") })
    }

    @Test func nothingIsSetWhenOnePairIsBad() async throws {
        for bad in ["nopair", "1A=2", "=x", "A B=1", "A-B=1", "A\u{1b}=1", "Ä=1"] {
            #expect(await host.run("config:set", "web", "GOOD=1", bad) == 1, "\(bad)")
        }
        #expect(await host.run("config:set", "web") == 2)
        #expect(await host.run("config:set", "--encoded", "web", "A=###") == 1)
        #expect(try host.store.config(.app(AppName(validating: "web"))).isEmpty)
    }

    @Test func valuesComeBackAsTheyWere() async throws {
        let value = "a'b\"c\\ $HOME `x` 007 \u{1F600}=\n\tlast"
        #expect(await host.run("config:set", "web", "V=\(value)", "EMPTY=", "NUMBER=007") == 0)
        #expect(await host.run("config:get", "web", "V") == 0)
        #expect(host.output == value + "\n")
        #expect(await host.run("config:get", "--quoted", "web", "V") == 0)
        #expect(host.output == "'" + value.split(separator: "'").joined(separator: "'\\''") + "'\n")
        #expect(await host.run("config:export", "--format", "json", "web") == 0)
        #expect(try host.json == ["V": .string(value), "EMPTY": "", "NUMBER": "007"])
        #expect(await host.run("config:export", "--format", "envfile", "web") == 0)
        let file = Array(host.output.utf8)
        #expect(await host.run("config:clear", "web") == 0)
        #expect(await host.run("config:import", "web", "-", input: file) == 0)
        #expect(await host.run("config:show", "web", "--format", "json") == 0)
        #expect(try host.json == ["V": .string(value), "EMPTY": "", "NUMBER": "007"])
    }

    @Test func encodedValues() async throws {
        #expect(await host.run("config:set", "--encoded", "web", "A=YQpi") == 0)
        #expect(try host.store.config(.app(AppName(validating: "web"))) == ["A": "a\nb"])
    }

    @Test func getTellsByItsStatus() async throws {
        #expect(await host.run("config:get", "web", "NOPE") == 1)
        #expect(host.output.isEmpty && host.errors.isEmpty)
        #expect(await host.run("config:get", "web", "not a key") == 1)
        #expect(await host.run("config:get", "web") == 2)
        #expect(host.errorLines.first == " !     Expected: key [E-USAGE]")
        #expect(await host.run("config:get", "web", "A", "B") == 2)
    }

    @Test func unsetSkipsWhatIsNotThere() async throws {
        await host.run("config:set", "web", "A=1")
        #expect(await host.run("config:unset", "web", "A", "B") == 0)
        #expect(host.lines == ["-----> Unsetting A", "-----> Skipping B, it is not set in the environment"])
        #expect(await host.run("config:unset", "web") == 2)
    }

    @Test func mergedShowsTheHostsVariablesBelowTheApps() async throws {
        await host.run("config:set", "--global", "A=host", "B=host")
        await host.run("config:set", "web", "A=app")
        #expect(await host.run("config", "web") == 0)
        #expect(host.lines == ["=====> web env vars", "A:  app"])
        #expect(await host.run("config:show", "--merged", "web") == 0)
        #expect(host.lines == ["=====> web env vars", "A:  app", "B:  host"])
        #expect(await host.run("config:keys", "--global") == 0)
        #expect(host.lines == ["A", "B"])
        #expect(await host.run("config:keys", "--global", "--format", "json") == 0)
        #expect(host.output == "[\"A\",\"B\"]\n")
    }

    @Test func importReplacesOnlyWhenAsked() async throws {
        await host.run("config:set", "web", "OLD=1")
        #expect(
            await host.run("config:import", "--format", "json", "web", "-", input: Array(#"{"A":"1","B":2}"#.utf8)) == 0
        )
        #expect(try host.store.config(.app(AppName(validating: "web"))) == ["OLD": "1", "A": "1", "B": "2"])
        #expect(await host.run("config:import", "--replace", "web", "-", input: Array("A=1\n".utf8)) == 0)
        #expect(try host.store.config(.app(AppName(validating: "web"))) == ["A": "1"])
        #expect(await host.run("config:import", "web", "-", input: Array("bad-key=1\nA=2\n".utf8)) == 1)
        #expect(await host.run("config:import", "web", "-", input: []) == 1)
        #expect(try host.store.config(.app(AppName(validating: "web"))) == ["A": "1"])
    }

    @Test func importReadsNoFileOfTheHostOverSSH() async throws {
        #expect(await host.run("config:import", "web", "/etc/passwd", key: "anna") == 1)
        #expect(host.errors.contains("[E-NOT-ALLOWED]"))
    }

    @Test func bundleIsATarArchive() async throws {
        let long = String(repeating: "K", count: 150)
        await host.run("config:set", "web", "A=1\n2", "\(long)=x")
        #expect(await host.run("config:bundle", "web") == 0)
        let members = try TarReader.files(in: Array(host.output.utf8))
        #expect(
            members == [.init(name: "A", content: Array("1\n2".utf8)), .init(name: long, content: Array("x".utf8))])
    }

    @Test func aFailedRestartSaysWhatIsInEffect() async throws {
        try host.deployedApp("live", config: ["A": "old"])
        #expect(await host.run("config:set", "live", "A=new") == 1)
        #expect(host.lines.contains("-----> Restarting app live"))
        #expect(host.errors.contains("[E-ENGINE-DOWN]"))
        #expect(
            host.errorLines.last
                == " !     The variables of live are changed, but the processes that run still have the old ones. "
                + "Correct them with config:set, or deploy again: cairn ps:rebuild live")
        #expect(await host.run("config:get", "live", "A") == 0)
        #expect(host.output == "new\n")
        #expect(await host.run("config:set", "live", "A=new") == 0)
        #expect(host.lines.last == "-----> No change, so nothing is restarted")
        #expect(await host.run("config:set", "--no-restart", "live", "A=newer") == 0)
        #expect(host.lines.last == "       Not restarted: the processes get this at the next deploy.")
        let app = try host.store.app(AppName(validating: "live"))
        try host.store.setDesiredState(.stopped, of: app)
        #expect(await host.run("config:unset", "live", "A") == 0)
        #expect(host.lines.last == "       live is stopped and stays so; this is in effect when it starts.")
    }

    @Test func showPaintsNoTerminal() async throws {
        await host.run("config:set", "web", "A=\u{1b}[2Jx")
        #expect(await host.run("config:show", "web") == 0)
        #expect(host.lines.last == "A:  \\x1b[2Jx")
    }
}
