import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Plugins that come with Cairn")
    struct PluginBundled {
        private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path

        @Test(
            "Each brings tests of its own, which plugin:test runs",
            arguments: ["postgres", "redis", "maintenance", "webhooks"])
        func ownTests(name: String) async throws {
            try await TestHost.run { host in
                let outcome = try await host.cairn("plugin:test", "\(Self.sources)/plugins/\(name)")
                #expect(outcome.status == 0, "\(outcome)")
                #expect((outcome.output + outcome.error).contains("words: passed"), "\(outcome)")
            }
        }

        @Test("A copy of an app has the hooks of the app, and tells of itself")
        func clonedHooks() async throws {
            try await TestHost.run { host in
                try await host.cairn("plugin:install", "webhooks").check()
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("webhooks:add", "web", "http://127.0.0.1:9/", "--events", "deploy").check()
                try await host.cairn("apps:clone", "--skip-deploy", "web", "copy").check()
                let own = try await host.cairn("webhooks:list", "web").check().output
                let copied = try await host.cairn("webhooks:list", "copy").check().output
                #expect(copied.contains("http://127.0.0.1:9/") && copied.contains("deploy"))
                #expect(copied.split(separator: " ").first != own.split(separator: " ").first)
            }
        }

        @Test("A hook hears that a process begins or ceases to serve")
        func health() async throws {
            try await TestHost.run { host in
                try await host.cairn("plugin:install", "webhooks").check()
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("webhooks:add", "web", "http://127.0.0.1:9/", "--events", "health").check()
                try await host.cairn("plugin:trigger", "health-changed", "web", "web.1", "critical", "no answer")
                    .check()
                let queue = host.root + "/dokku-lib/data/webhooks/queue"
                let bodies = try #require(FileManager.default.enumerator(atPath: queue))
                    .compactMap { $0 as? String }.filter { $0.hasSuffix("/body") }
                let body = try String(contentsOfFile: queue + "/" + #require(bodies.first), encoding: .utf8)
                #expect(body.contains(#""event":"health","app":"web""#), "\(body)")
                #expect(
                    body.contains(#"{"instance":"web.1","state":"critical","reason":"no answer"}"#), "\(body)")
            }
        }
    }
}
