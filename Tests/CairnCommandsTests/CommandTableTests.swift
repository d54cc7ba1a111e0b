import ArgumentParser
import CairnCore
import Foundation
import Testing

@testable import CairnCommands

@Suite("The table of commands")
struct CommandTableTests {
    private var all: [(Namespace, any CairnCommand.Type)] {
        CommandTable.namespaces.flatMap { namespace in namespace.commands.map { (namespace, $0) } }
    }

    @Test func everyWordIsFoundWhereItsNamespaceIs() {
        for (namespace, type) in all {
            let names = [type.configuration.commandName ?? ""] + type.configuration.aliases
            for name in names where name.contains(":") || namespace.name == "standard" {
                // An alias may lie in another namespace that has the command too.
                guard case .command(let found) = CommandTable.meaning(of: name) else {
                    Issue.record("\(name) is not found")
                    continue
                }
                #expect(ObjectIdentifier(found) == ObjectIdentifier(type), "\(name)")
            }
        }
    }

    @Test func namesAreUnique() {
        let names = CommandTable.namespaces.flatMap { namespace in
            namespace.commands.compactMap { type in
                type.configuration.commandName.flatMap {
                    $0.hasPrefix(namespace.name) || namespace.name == "standard" ? $0 : nil
                }
            }
        }
        #expect(Set(names).count == names.count)
        let namespaces = CommandTable.namespaces.map(\.name)
        #expect(Set(namespaces).count == namespaces.count)
    }

    @Test func everyCommandSaysWhatItIs() {
        for (_, type) in all {
            let name = type.configuration.commandName ?? ""
            #expect(type.usageString().hasPrefix("cairn \(name)"), "\(name)")
            #expect(type.configuration.abstract.hasSuffix("."), "\(name)")
            #expect(type.configuration.abstract.count < 100, "\(name)")
            #expect(type.helpMessage().contains("USAGE: cairn \(name)"), "\(name)")
        }
    }

    @Test func theManualPageHoldsEveryCommand() throws {
        let page = try ManualPage().text
        for word in CommandTable.words {
            #expect(page.contains(ManualPage.escaped(word)), "\(word)")
        }
        #expect(!page.contains("internal:"))
        // A line that begins with a dot is a request; only those of man(7) that are meant may be there.
        let requests = Set(
            page.split(separator: "\n").filter { $0.hasPrefix(".") }.compactMap { $0.split(separator: " ").first })
        #expect(requests.isSubset(of: [".TH", ".SH", ".SS", ".TP", ".B", ".BI", ".I", ".br"]))
    }

    @Test("Completion scripts hold every command", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) async throws {
        let host = try TestHost()
        #expect(await host.run("--generate-completion-script", shell) == 0)
        #expect(host.output.contains("apps:create") || host.output.contains("apps\\:create"))
    }

    @Test func bashCompletesBehindAColon() async throws {
        let host = try TestHost()
        await host.run("--generate-completion-script", "bash")
        try Data(host.output.utf8).write(to: URL(fileURLWithPath: host.root + "/completion"))
        let script = """
            . "$0"
            COMP_WORDS=(cairn apps : cr) COMP_CWORD=3 COMP_LINE="cairn apps:cr" COMP_POINT=13
            _cairn_with_colons cairn cr :
            echo "${COMPREPLY[*]}"
            """
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script, host.root + "/completion"]
        process.standardOutput = pipe
        try process.run()
        process.waitUntilExit()
        #expect(String(decoding: try #require(try pipe.fileHandleForReading.readToEnd()), as: UTF8.self) == "create\n")
    }

    @Test func helpShowsGroupsAndAllCommands() async throws {
        let host = try TestHost()
        await host.run("help")
        #expect(host.output.contains("\n    apps "))
        #expect(!host.output.contains("internal"))
        await host.run("help", "--all")
        for word in CommandTable.words { #expect(host.output.contains("    " + word), "\(word)") }
        await host.run("apps:help")
        #expect(host.lines.first == "apps: Create, list, copy and remove apps")
    }
}
