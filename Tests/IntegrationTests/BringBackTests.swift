import CairnCatalog
import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Testing

extension HostTests {
    @Suite("What is brought back")
    struct BringBack {
        /// The sample's server, which from its container's second start on waits for this long before it listens.
        private static func slowAgain(_ seconds: Int) -> String {
            "if (-e '/tmp/again') { sleep \(seconds) } else { open(my $f, '>', '/tmp/again'); close $f }\n"
                + SampleApp.server
        }

        @Test("Without a daemon too, a copy counts as well only when it listens; then reconcile is done")
        func whenItListens() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host, files: ["server.pl": Self.slowAgain(3)])
                try await app.push().check()
                try await host.engine.killContainer(host.container(of: "web"))
                try await host.cairn("reconcile", "web").check()
                #expect(try await app.get() == ("one web web.1 v1", "200"))
                #expect(try host.statuses(of: "web") == [.passing])
            }
        }

        @Test("One that does not listen in its time is told, and stays out; the rest is made whole")
        func whenItDoesNot() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host, files: ["server.pl": Self.slowAgain(600)])
                try await app.push().check()
                try await host.cairn("checks:set", "web", "startup-timeout", "1").check()
                try await host.engine.killContainer(host.container(of: "web"))
                let outcome = try await host.cairn("reconcile", "web").check()
                #expect((outcome.output + outcome.error).contains("web.1 runs again but does not listen"), "\(outcome)")
                #expect(try host.statuses(of: "web") == [.critical])
            }
        }
    }
}

extension TestHost {
    fileprivate func statuses(of app: String) throws -> [HealthStatus] {
        let store = try store()
        return try store.services(of: store.app(AppName(validating: app))).map(\.status)
    }
}
