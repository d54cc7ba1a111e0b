import CairnCore
import Testing

@testable import CairnPlugins

@Suite("plugin.toml")
struct TOMLTests {
    @Test func understood() throws {
        let table = try TOMLTable(
            parsing: """
                # a comment
                [plugin]
                description = "dokku redis \\"service\\" plugin" # behind it
                version = '1.2.3'
                ["plugin".config]
                a-key = 5
                on = true
                """, file: "plugin.toml")
        #expect(table["plugin"] == ["description": "dokku redis \"service\" plugin", "version": "1.2.3"])
        #expect(table["plugin.config"] == ["a-key": "5", "on": "true"])
        #expect(table["none"] == nil)
    }

    @Test(arguments: ["key", "= 1", "a = ", "a = \"open", "[open", "a = [1]", "a = 1 b = 2", "[x] y", "a = \"\\q\""])
    func refused(line: String) {
        let error = #expect(throws: CairnError.self) { try TOMLTable(parsing: "[plugin]\n" + line, file: "p.toml") }
        #expect(error?.code == .invalidFile && error?.message.hasPrefix("p.toml:2:") == true)
    }

    @Test("What is written can be read")
    func writing() throws {
        var table = TOMLTable()
        table.set("key", in: "a", to: "x \"y\"\n\\z")
        table.set("other", in: "b", to: "1")
        table.set("other", in: "b", to: nil)
        #expect(try TOMLTable(parsing: table.text, file: "") == table)
    }

    @Test("A plugin without the file, or with a broken one, has warnings")
    func warnings() throws {
        let fixture = try PluginFixture()
        try fixture.plugin("a", ["install": "true"])
        try fixture.plugin("b", ["install": "true", "plugin.toml": "[plugin\n"])
        let plugins = fixture.store.plugins()
        #expect(plugins.map(\.manifest.warnings.count) == [1, 1])
        #expect(plugins[1].manifest.warnings[0].hasPrefix("plugin.toml:1:"))
    }
}
