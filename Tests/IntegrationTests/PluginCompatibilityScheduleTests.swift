import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    /// What plugins want run at fixed times.
    @Suite("Published plugins: scheduled commands")
    struct PluginCompatibilitySchedule {
        @Test("The daemon runs what a plugin answers to cron-entries, from the next minute on")
        func schedule() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("seal")
                let plugin = try await NotingPlugin.install(["cron-entries"], on: host)
                try await host.withDaemon { _ in
                    let add = try await host.cairn("seal:cron-job", "--add", "* * * * *")
                    #expect(add.output == "-----> Cron job is true\n", "\(add)")
                    // The command fails, since there is no app to renew: its words show that it ran as a plugin's does.
                    let isRun = try await eventually(within: .seconds(150)) {
                        host.file("logs/scheduled.log").contains("You haven't deployed any applications yet")
                    }
                    #expect(isRun)
                    #expect(try plugin.calls().contains("cron-entries|docker-local"))
                }
            }
        }
    }
}
