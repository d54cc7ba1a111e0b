import CairnCore
import Foundation
import CairnStore
import Testing
@testable import CairnCommands

@Suite("The command line")
struct DispatcherTests {
    @Test func namesAnUnknownCommandAndTheNearestOne() async throws {
        let host = try TestHost()
        #expect(await host.run("apps:crate") == 1)
        #expect(
            host.errorLines == [
                " !     'apps:crate' is not a cairn command [E-UNKNOWN-COMMAND]",
                " !     Did you mean 'apps:create'? Run 'cairn help' for the list of commands.",
            ])
        #expect(host.output.isEmpty)
    }

    @Test func speaksTheReferencesWordsUnderItsName() async throws {
        let host = try TestHost()
        #expect(await host.run("nope", program: "dokku") == 1)
        #expect(
            host.errorLines == [
                " !     `nope` is not a dokku command.", " !     See `dokku help` for a list of available commands.",
            ])
    }

    private static let statuses: [(String, Int32)] = [
        ("help", 0), ("", 0), ("version", 0), ("--version", 0), ("-v", 0), ("help --all", 0), ("help apps", 0),
        ("apps:help", 0), ("help apps:create", 0), ("apps:create --help", 0), ("help nope", 1), ("apps:", 1), (":", 1),
        ("nope", 1), ("apps:create", 2), ("apps:list --nope", 2), ("apps:list extra", 2), ("apps:create Web", 1),
        ("apps:exists nope", 20), ("apps:exists UPPER", 20), ("config:show nope", 20), ("--nope apps:list", 2),
        ("--app", 2), ("apps:list --format xml", 2), ("apps:list --format", 2), ("config nope", 20),
    ]

    @Test("Exit statuses", arguments: statuses)
    func exitStatus(line: String, status: Int32) async throws {
        let host = try TestHost()
        let words = line.split(separator: " ").map(String.init)
        let dispatcher = Dispatcher(environment: host.environment, console: SilentConsole())
        #expect(await dispatcher.run(words) == status)
    }

    @Test func putsTheAppFlagFirst() async throws {
        let host = try TestHost()
        try host.app("web")
        #expect(await host.run("--app", "web", "config:set", "A=1") == 0)
        #expect(await host.run("--app=web", "config:get", "A") == 0)
        #expect(host.output == "1\n")
        // The host's own variables are of no app, and a list of apps takes none.
        #expect(await host.run("--app", "web", "config:set", "--no-restart", "--global", "G=1") == 0)
        #expect(try host.store.config(.global) == ["G": "1"])
        #expect(await host.run("--app", "web", "apps:list") == 0)
    }

    @Test func looksAtNothingBehindTheCommand() async throws {
        let host = try TestHost()
        try host.app("web")
        #expect(await host.run("config:get", "web", "A", "--app", "other") == 2)
        let invocation = try Invocation(["--quiet", "--", "run", "web", "tool", "--app", "other", "--force"])
        #expect(invocation.isQuiet && !invocation.isForced && invocation.app == nil)
        #expect(invocation.word == "run")
        #expect(invocation.rest == ["web", "tool", "--app", "other", "--force"])
    }

    @Test func quietDropsHeadlinesAndKeepsResults() async throws {
        let host = try TestHost()
        try host.app("web")
        await host.run("--quiet", "apps:list")
        #expect(host.lines == ["web"])
        await host.run("apps:list")
        #expect(host.lines == ["=====> My Apps", "web"])
    }

    @Test(
        "Over ssh some commands are refused",
        arguments: ["setup", "internal:manual", "internal:retire", "ssh-session", "ssh-keys:add"])
    func refusesLocalCommandsOverSSH(word: String) async throws {
        let host = try TestHost()
        #expect(await host.run(word, key: "anna") == 1)
        #expect(host.errorLines.first == " !     \(word) cannot be called over ssh [E-NOT-ALLOWED]")
    }

    @Test func namesTheKeyAsTheActor() async throws {
        let host = try TestHost()
        try host.app("web")
        #expect(await host.run("apps:lock", "web", key: "anna") == 0)
        #expect(try host.store.app(AppName(validating: "web")).lock?.actor == "anna")
        #expect(await host.run("apps:unlock", "web") == 0)
        #expect(try host.store.events().map(\.actor) == ["anna", "ada"])
    }

    @Test func hostileNamesAreShownHarmless() async throws {
        let host = try TestHost()
        #expect(await host.run("apps:\u{1b}[2Jx") == 1)
        #expect(await host.run("apps:report", "\u{1b}]0;x\u{7}") == 20)
        #expect(!host.errors.unicodeScalars.contains("\u{1b}"))
        #expect(await host.run("apps:report", "../../etc") == 20)
        #expect(await host.run("apps:create", "--", "-rf") == 1)
        #expect(await host.run("apps:exists", String(repeating: "a", count: 100_000)) == 20)
    }

    @Test func brokenSettingsLeaveHelpUsable() async throws {
        let host = try TestHost()
        var environment = host.environment
        environment["CAIRN_HTTP_PORT"] = "none"
        let dispatcher = Dispatcher(environment: environment, console: SilentConsole())
        #expect(await dispatcher.run(["help"]) == 0)
        #expect(await dispatcher.run(["apps:list"]) == 1)
    }

    @Test func nobodyElseCanReadTheDatabaseOrItsLog() async throws {
        let host = try TestHost()
        let opened = OpenedHost()
        let dispatcher = Dispatcher(environment: host.environment, console: SilentConsole(), opened: opened)
        #expect(await dispatcher.run(["config:set", "--global", "SECRET=1"]) == 0)
        for file in ["cairn.db", "cairn.db-wal"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(host.root)/\(file)")
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
        }
        withExtendedLifetime(opened) {}
    }

    @Test func aMissingStateRootIsSaidSo() async throws {
        let host = try TestHost()
        var environment = host.environment
        environment["CAIRN_ROOT"] = "/nonexistent/cairn"
        #expect(await Dispatcher(environment: environment, console: SilentConsole()).run(["apps:list"]) == 1)
    }
}

/// Drops everything.
struct SilentConsole: Console {
    func write(_ bytes: [UInt8]) {}
    func writeError(_ text: String) {}
    var isTerminal: Bool { false }
    func readLine() -> String? { nil }
    func readInput(maximum: Int) throws -> [UInt8] { [] }
}
