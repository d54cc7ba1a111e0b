import CairnTestSupport
import DockerEngine
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
                    let container = try await host.container(of: "web")
                    try await host.engine.killContainer(container, signal: "KILL")
                    var told: [String] = []
                    let isWell = try await eventually {
                        told += try plugin.calls()
                        return told.contains("health-changed|web|web.1|passing|serves again")
                    }
                    #expect(isWell)
                    #expect(told.contains("health-changed|web|web.1|critical|ended with status 137"))
                    #expect(try await app.get().status == "200")
                }
            }
        }
    }
}
