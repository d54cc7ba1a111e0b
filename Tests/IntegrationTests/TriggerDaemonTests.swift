import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("What plugins are told between commands")
    struct TriggerDaemon {
        @Test("Before apps are brought back, and when a copy ceases to serve and serves again")
        func health() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(
                    ["pre-restore", "scheduler-pre-restore", "health-changed"], on: host)
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                _ = try plugin.calls()
                try await host.withDaemon { _ in
                    #expect(try plugin.calls() == ["pre-restore", "scheduler-pre-restore|docker-local|web"])
                    // nginx may answer for it once more; what counts is what is told.
                    _ = try await app.get("/exit")
                    var told: [String] = []
                    let isWell = try await eventually {
                        told += try plugin.calls()
                        return told.contains("health-changed|web|web.1|passing|serves again")
                    }
                    #expect(isWell)
                    #expect(told.contains("health-changed|web|web.1|critical|ended with status 3"))
                    #expect(try await app.get() == ("one web web.1 v1", "200"))
                }
            }
        }
    }
}
