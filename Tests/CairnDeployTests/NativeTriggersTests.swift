import CairnCore
import CairnPlugins
import Foundation
import Testing

@testable import CairnDeploy

@Suite("What Cairn answers to triggers")
struct NativeTriggersTests {
    private static let shim =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/share/shim/core"
    /// Those that deploy are answered where commands are.
    private static let deploying = ["git-from-archive", "git-from-directory", "git-from-image"]

    @Test("Each answer is found by plugins where its place is", arguments: NativeTriggers.names + deploying)
    func shimHandler(name: String) {
        let path = "\(Self.shim)/\(NativeTriggers.place(of: name))/\(name)"
        #expect(FileManager.default.isExecutableFile(atPath: path), "\(path)")
    }

    @Test("Each handler of the shim that asks Cairn gets an answer")
    func everyLink() throws {
        let known = Set(NativeTriggers.names + Self.deploying)
        let files = try #require(FileManager.default.enumerator(atPath: Self.shim))
        var count = 0
        for case let file as String in files {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(Self.shim)/\(file)")
            guard target == "../common/answer" else { continue }
            count += 1
            #expect(known.contains(URL(fileURLWithPath: file).lastPathComponent), "\(file)")
        }
        #expect(count > 40)
    }

    @Test("Every trigger that is documented as a request is answered")
    func requests() {
        let known = Set(NativeTriggers.names + Self.deploying)
        let requests = Trigger.table.flatMap(\.triggers).filter { $0.origin == .request }.map(\.name)
        #expect(requests.filter { !known.contains($0) } == [])
    }
}

@Suite("A plugin's template for nginx")
struct PluginTemplateTests {
    private func render(_ text: String) throws(CairnError) -> String {
        try PluginTemplate(text: text, path: "/t").rendered(["APP": "web", "CONFIGURATION": "server { {{ }"])
    }

    @Test("Fields are filled in, with or without blanks and a dollar; what they hold is not looked at again")
    func fields() throws {
        #expect(try render("a {{ .APP }}-{{.APP}}-{{ $.APP }}\n") == "a web-web-web\n")
        #expect(try render("# own\n{{ .CONFIGURATION }}") == "# own\nserver { {{ }")
    }

    @Test(
        "Anything else in braces is refused, naming it",
        arguments: ["{{ if .APP }}x{{ end }}", "{{ .OTHER }}", "{{ .APP", "{{ APP }}", "{{ .APP | upper }}"])
    func refused(text: String) throws {
        let error = #expect(throws: CairnError.self) { try render(text) }
        #expect(error?.code == .invalidValue)
        #expect(error?.hint?.contains("{{ .CONFIGURATION }}") == true)
    }
}
