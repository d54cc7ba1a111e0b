import CairnCore
import Testing

@Suite("Names")
struct NameTests {
    @Test(
        "App names",
        arguments: ["a", "web", "my-app", "my.app", "0", "app-2.example", String(repeating: "a", count: 40)])
    func acceptsAppName(name: String) throws {
        #expect(try AppName(validating: name).rawValue == name)
    }

    @Test(
        "Hostile texts are no app names",
        arguments: hostileNames + [
            "Web", "a_b", "-a", "a-", ".a", "a.", "web.git", String(repeating: "a", count: 41),
        ])
    func refusesAppName(name: String) {
        let error = refusal(.invalidName) { try AppName(validating: name) }
        #expect(error?.hint?.contains("App name must begin with lowercase alphanumeric character") == true)
        #expect((error?.message.utf8.count ?? 0) < 500)
        #expect(error?.message.utf8.contains(0x1b) == false)
    }

    @Test(
        "Process types",
        arguments: ["web", "Web", "mail_worker", "mail-worker", "_a", "9", String(repeating: "a", count: 63)])
    func acceptsProcessType(name: String) throws {
        #expect(try ProcessType(validating: name).description == name)
    }

    @Test(
        "Hostile texts are no process types",
        arguments: hostileNames + [
            "web;x", "web.1", "-web", "web-", String(repeating: "a", count: 64),
        ])
    func refusesProcessType(name: String) {
        _ = refusal(.invalidName) { try ProcessType(validating: name) }
    }

    @Test("Config keys", arguments: ["PATH", "_", "a1", "__proto__", String(repeating: "A", count: 256)])
    func acceptsConfigKey(name: String) throws {
        #expect(try ConfigKey(validating: name).rawValue == name)
    }

    @Test(
        "Hostile texts are no config keys",
        arguments: hostileNames + [
            "1A", "A-B", "A B", "A=B", "A\nB", "A.B", String(repeating: "A", count: 257),
        ])
    func refusesConfigKey(name: String) {
        let error = refusal(.invalidName) { try ConfigKey(validating: name) }
        #expect(error?.message.hasPrefix("Invalid key name: '") == true)
    }

    @Test("Names of ssh keys", arguments: ["ada", "ada@laptop", "Ada.L_1-2", "@a", String(repeating: "a", count: 64)])
    func acceptsKeyName(name: String) throws {
        #expect(try KeyName(validating: name).rawValue == name)
    }

    @Test(
        "Hostile texts are no names of ssh keys", arguments: hostileNames + [".a", String(repeating: "a", count: 65)])
    func refusesKeyName(name: String) {
        _ = refusal(.invalidName) { try KeyName(validating: name) }
    }

    @Test func aMegabyteIsRefusedInAFewWords() {
        let name = String(repeating: "a", count: 1_000_000)
        let errors = [
            refusal(.invalidName) { try AppName(validating: name) },
            refusal(.invalidName) { try ProcessType(validating: name) },
            refusal(.invalidName) { try ConfigKey(validating: name) },
            refusal(.invalidName) { try KeyName(validating: name) },
            refusal(.invalidName) { try InstanceName(validating: name) },
            refusal(.invalidName) { try Domain(validating: name) },
            refusal(.invalidName) { try BuildID(validating: name) },
            refusal(.invalidValue) { try RelativePath(validating: name) },
            refusal(.invalidValue) { try PortMapping(parsing: name) },
            refusal(.invalidValue) { try RestartPolicy(parsing: name) },
            refusal(.invalidValue) { try IPv4Subnet(parsing: name) },
            refusal(.invalidValue) { try ConfigPair(parsing: name) },
        ]
        for error in errors { #expect((error?.message.utf8.count ?? 0) < 200) }
    }

    @Test func instancesHaveOneSpelling() throws {
        let instance = try InstanceName(validating: "web.12")
        #expect(instance.process == .web)
        #expect(instance.index == 12)
        #expect(instance.description == "web.12")
        #expect(try InstanceName(validating: "web.2") < instance)
    }

    @Test(
        "Malformed instances",
        arguments: hostileNames + [
            "web", "web.", "web.0", "web.+1", "web.01", "web.-1", "web.1.2", ".1", "web.99999999999999999999",
            "web.1\u{301}",
        ])
    func refusesInstance(name: String) {
        _ = refusal(.invalidName) { try InstanceName(validating: name) }
    }
}

@Suite("Paths inside a source tree")
struct RelativePathTests {
    @Test("Plain paths", arguments: ["Dockerfile", "deploy/Dockerfile", "a b", ".hidden", "...", "ä/é", "a-b"])
    func accepts(path: String) throws {
        #expect(try RelativePath(validating: path).rawValue == path)
    }

    @Test(
        "Nothing leads out of the tree",
        arguments: [
            "", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "../a", "a/..", "a/../b", "a/./../../x", "-f", "a\nb",
            "a\0b", "\u{7f}",
            // A combining mark joins the slash before it into one character.
            "../\u{301}x", "/\u{301}x", "-\u{301}x", String(repeating: "a", count: 4097),
        ])
    func refuses(path: String) {
        _ = refusal(.invalidValue) { try RelativePath(validating: path) }
    }

    @Test func spellingsOfAnAccentAreDifferentFiles() throws {
        let composed = try RelativePath(validating: "\u{e9}")
        let decomposed = try RelativePath(validating: "e\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
    }
}
