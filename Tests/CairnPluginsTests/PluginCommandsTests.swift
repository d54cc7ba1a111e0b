import CairnCore
import Testing

@testable import CairnPlugins

@Suite("Commands of plugins")
struct PluginCommandsTests {
    private let fixture: PluginFixture

    init() throws { fixture = try PluginFixture() }

    private func run(_ words: String...) async throws -> Int32? {
        try await PluginCommands(fixture.dispatcher).run(words, replacesProcess: false)
    }

    @Test("A file in subcommands is found by what stands behind the colon")
    func subcommands() async throws {
        let log = fixture.root + "/log"
        try fixture.plugin(
            "db",
            [
                "subcommands/create": "printf '%s|' create \"$@\" >>\(log); exit 7",
                "subcommands/default": "printf '%s|' default \"$@\" >>\(log)",
                "subcommands/a:b": "printf '%s|' ab >>\(log)",
                "subcommands/db:whole": "printf '%s|' whole >>\(log)",
            ])
        #expect(try await run("db:create", "x y", "--flag") == 7)
        #expect(try await run("db") == 0)
        #expect(try await run("db:a:b") == 0)
        #expect(try await run("db:whole") == 0)
        #expect(try await run("db:none") == nil)
        #expect(try await run("other:create") == nil)
        #expect(fixture.read(log) == "create|db:create|x y|--flag|default|db|ab|whole|")
    }

    @Test("Otherwise the programs called commands are asked, until one does not say 10")
    func commandsProgram() async throws {
        let log = fixture.root + "/log"
        try fixture.plugin("a", ["commands": "printf 'a:%s ' \"$1\" >>\(log); exit 10"])
        try fixture.plugin("b", ["commands": "case $1 in b:x) exit 3;; b:y) exit 0;; *) exit 10;; esac"])
        try fixture.plugin("c", ["commands": "printf 'c:%s ' \"$1\" >>\(log); exit 10"])
        #expect(try await run("b:x") == 3)
        #expect(try await run("b:y") == 0)
        #expect(try await run("b:z") == nil)
        #expect(fixture.read(log) == "a:b:x a:b:y a:b:z c:b:z ")
    }

    @Test("The lines of help come from the plugin, or from what is known of it")
    func help() async throws {
        try fixture.plugin(
            "full",
            [
                "commands": """
                case "$1" in
                help)
                    if ps -o command= $PPID | grep -q -- --all; then
                        echo '    full:go <app>, Go, at once'
                    fi
                    echo '    full, Manages full' ;;
                *) exit 10 ;;
                esac
                """
            ])
        try fixture.plugin(
            "plain", ["subcommands/go": "true", "plugin.toml": "[plugin]\ndescription = \"Plain things\"\n"])
        let help = PluginHelp(fixture.dispatcher)
        #expect(
            await help.lines(isComplete: false) == [
                .init(command: "full", text: "Manages full"), .init(command: "plain", text: "Plain things"),
            ])
        #expect(
            await help.lines(isComplete: true) == [
                .init(command: "full", text: "Manages full"), .init(command: "full:go <app>", text: "Go, at once"),
                .init(command: "plain", text: "Plain things"), .init(command: "plain:go", text: ""),
            ])
        #expect(help.page(of: "plain") == ["plain: Plain things", "", "    plain", "    plain:go"])
        #expect(help.page(of: "none") == nil)
    }
}
