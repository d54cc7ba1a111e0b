import CairnCore
import Testing

@testable import CairnCommands

@Suite("enter")
struct EnterTests {
    @Test(
        "Plugins get what names the container, two dashes and the command, however it was written",
        arguments: [
            ("web ls -l", "web -- ls -l"), ("web -- ls -l", "web -- ls -l"), ("web.2 ls", "web.2 -- ls"),
            ("ls -l", "-- ls -l"), ("-- web", "-- web"), ("", "--"), ("web", "web --"),
            ("--container-id abcd ls", "--container-id abcd -- ls"),
            ("--container-id=abcd -- ls", "--container-id abcd -- ls"),
        ])
    func told(line: String, expected: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let told = Enter.told(words[...], declared: [try ProcessType(validating: "web")])
        #expect(told.joined(separator: " ") == expected)
    }

    @Test("Of an app that Cairn knows no process types of, a first word is one")
    func unknown() {
        #expect(Enter.told(["worker", "ls"], declared: []) == ["worker", "--", "ls"])
    }
}
