import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Tasks of app.json that run by the clock")
    struct Cron {
        @Test("A task runs through the app's own entry, by the daemon and by hand; its failure is in the timeline")
        func story() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let moody = try await server.publish("moody")
                    // The app says what it saw: only /start and /exec read the profile.
                    let app = try await SampleApp.forBuildpacks(
                        "web", on: host,
                        files: [
                            ".buildpacks": moody + "\n", ".profile": "export FROM_PROFILE=profile\n",
                            "task": "#!/bin/sh\necho \"$FROM_PROFILE $WORD $(id -u)\"\nexit ${STATUS:-0}\n",
                            "app.json": Self.manifest,
                        ])
                    try await host.cairn("config:set", "web", "WORD=config").check()
                    let push = try await app.push().check()
                    #expect(!push.error.contains("cron"))
                    let ids = try await host.cairn("--quiet", "cron:list", "web").check().lines
                        .compactMap { $0.split(separator: " ").first.map(String.init) }
                    try #require(ids.count == 2)

                    let run = try await host.cairn("cron:run", "web", ids[1]).check()
                    #expect(run.lines == ["profile config 1000"])
                    try await app.minute(ids[0])
                    try await app.forbidding(ids[1])
                    // A task's container goes a moment after its end.
                    let isAlone = try await eventually { try await host.containers(of: "web").count == 1 }
                    #expect(isAlone)
                }
            }
        }

        private static let manifest = """
            {"cron": [
                {"command": "STATUS=3 sh task", "schedule": "* * * * *"},
                {"command": "sh task", "schedule": "0 0 30 2 *", "concurrency_policy": "forbid"}
            ]}
            """
    }
}

extension SampleApp {
    /// The daemon runs what is due in the next minute.
    fileprivate func minute(_ id: String) async throws {
        try await host.withDaemon { _ in
            let isTold = try await eventually(within: .seconds(150)) {
                let events = try await host.cairn("events", name).check().output
                return events.contains("ended with status 3 | profile config 1000")
            }
            #expect(isTold)
            try await host.cairn("cron:suspend", name, id).check()
        }
        let isGone = try await eventually { try await host.cairn("--quiet", "run:list", name).check().lines.isEmpty }
        #expect(isGone)
    }

    /// A second run of a task that forbids it is refused while the first works.
    fileprivate func forbidding(_ id: String) async throws {
        try await host.cairn("config:set", "--no-restart", name, "STATUS=0").check()
        try write(["task": "#!/bin/sh\nsleep 86397\n"])
        try await commit("a long task")
        try await push().check()
        let first = try await host.cairn("cron:run", "--detach", name, id).check()
        let second = try await host.cairn("cron:run", name, id)
        #expect(second.status == 1 && second.error.contains("E-CRON-RUNNING"), "\(second)")
        let container = try #require(first.lines.first)
        try await host.cairn("run:stop", "--container", container).check()
        let isFree = try await eventually { try await host.cairn("--quiet", "run:list", name).check().lines.isEmpty }
        #expect(isFree)
    }
}
