import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    /// The same at commands that deploy nothing.
    @Suite("Hostile plugins: commands")
    struct PluginHostileCommands {
        private struct Case {
            let trigger: String
            let words: [String]
            /// Whether the command waits for a plugin's consent.
            let isAsked: Bool

            init(_ trigger: String, _ line: String, isAsked: Bool = true) {
                self.trigger = trigger
                words = line.split(separator: " ").map(String.init)
                self.isAsked = isAsked
            }
        }

        private static let cases = [
            Case("post-app-clone-setup", "apps:clone --skip-deploy web copy"),
            Case("post-app-rename-setup", "apps:rename --skip-deploy web shop"),
            Case("pre-delete", "--force apps:destroy web"), Case("scheduler-stop", "ps:stop web"),
            Case("scheduler-logs-failed", "logs:failed web"),
            Case("resource-get-property", "plugin:trigger resource-get-property web web limit memory"),
            Case("post-domains-update", "domains:add web NUMBER.example.com", isAsked: false),
            Case("report", "report web", isAsked: false),
        ]

        @Test("Each command has an end and says why; where a plugin is asked, the app is what it was")
        func commands() async throws {
            try await TestHost.run(settings: PluginHostile.limits) { host in
                let plugin = try await NotingPlugin.install(Self.cases.map(\.trigger) + ["pre-start"], on: host)
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let containers = try await host.containers().map(\.id)
                for item in Self.cases {
                    try await expectEnds(item, host, plugin)
                    #expect(try host.store().appNames() == ["web"], "\(item.trigger)")
                    #expect(try await host.containers().map(\.id) == containers, "\(item.trigger)")
                    #expect(try await app.get() == ("one web web.1 v1", "200"), "\(item.trigger)")
                }
                try await host.cairn("ps:stop", "web").check()
                try await expectEnds(Case("pre-start", "ps:start web"), host, plugin)
                #expect(try await host.containers().isEmpty)
                try await host.cairn("ps:start", "web").check()
                #expect(try await app.get() == ("one web web.1 v1", "200"))
            }
        }

        private func expectEnds(_ item: Case, _ host: TestHost, _ plugin: NotingPlugin) async throws {
            let sleeping = SleepingProcesses()
            for (number, (script, message)) in PluginHostile.failures.enumerated() {
                let script = script.replacing("SECONDS", with: "\(sleeping.seconds)")
                try plugin.behave(script, at: item.trigger)
                let outcome = try await host.run(
                    host.executable, item.words.map { $0.replacing("NUMBER", with: "\(number)") },
                    environment: ["CAIRN_ROOT": host.root, "SSH_USER": "root"])
                #expect((outcome.status == 0) == !item.isAsked, "\(outcome)")
                let said = outcome.output + outcome.error
                #expect(said.contains("'\(item.trigger)'") && said.contains(message), "\(outcome)")
                #expect(sleeping.count == 0, "\(item.trigger): \(script)")
                #expect(try host.leftovers() == [], "\(item.trigger): \(script)")
            }
            try plugin.behave(nil, at: item.trigger)
        }
    }
}
