import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    /// Whatever a plugin's program does at a trigger, the push ends, says why, and leaves nothing behind.
    @Suite("Hostile plugins")
    struct PluginHostile {
        /// What a push passes through before the new release is decided on.
        private static let before = [
            "post-extract", "pre-receive-app", "pre-build", "docker-args-build", "pre-deploy", "scheduler-deploy",
            "docker-args-deploy", "nginx-pre-reload",
        ]
        /// What it passes through afterwards, or is only told.
        private static let after = ["proxy-build-config", "core-post-deploy", "post-deploy"]

        /// What ends a program badly, and what the push says of it.
        private static let failures = [
            ("sleep SECONDS", "it had not finished after"),
            ("sleep SECONDS & trap '' TERM; kill -9 $PPID; sleep SECONDS", "by signal 9"),
            ("sleep SECONDS & exit 137", "status 137"),
        ]

        @Test("One that hangs, kills its parent or ends with 137 fails the push where nothing is decided yet")
        func failing() async throws {
            let limits = ["CAIRN_PLUGIN_TIMEOUT": "3", "CAIRN_PLUGIN_ADVISORY_TIMEOUT": "3"]
            try await TestHost.run(settings: limits) { host in
                let plugin = try await NotingPlugin.install(Self.before + Self.after, on: host)
                let sleeping = SleepingProcesses()
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let containers = try await host.containers(of: "web").map(\.id)
                for (index, trigger) in Self.before.enumerated() {
                    // Each trigger meets two of them; all meet each other over the whole list.
                    for (script, message) in [Self.failures[index % 3], Self.failures[(index + 1) % 3]] {
                        try plugin.behave(script.replacing("SECONDS", with: "\(sleeping.seconds)"), at: trigger)
                        let push = try await app.change(to: trigger)
                        #expect(push.status != 0, "\(trigger): \(script)")
                        #expect(push.error.contains("The plugin noting") && push.error.contains(message), "\(push)")
                        #expect(try await app.get().body == "one web web.1 v1")
                        #expect(try await host.containers(of: "web").map(\.id) == containers, "\(trigger): \(script)")
                        #expect(sleeping.count == 0, "\(trigger): \(script)")
                    }
                    try plugin.behave(nil, at: trigger)
                }
                try await app.change(to: "two").check()
                #expect(try await app.get().body.hasPrefix("two web web.1"))
            }
        }

        @Test("Where all is decided already, it is a warning")
        func telling() async throws {
            let limits = ["CAIRN_PLUGIN_TIMEOUT": "3", "CAIRN_PLUGIN_ADVISORY_TIMEOUT": "3"]
            try await TestHost.run(settings: limits) { host in
                let triggers = ["core-post-deploy", "post-deploy"]
                let plugin = try await NotingPlugin.install(triggers, on: host)
                let sleeping = SleepingProcesses()
                let app = try await SampleApp("web", on: host)
                for (number, (script, message)) in Self.failures.enumerated() {
                    for trigger in triggers {
                        try plugin.behave(script.replacing("SECONDS", with: "\(sleeping.seconds)"), at: trigger)
                    }
                    let push = try await app.change(to: "change \(number)").check()
                    #expect(push.error.split(separator: "\n").count { $0.contains(message) } == 2, "\(push)")
                    #expect(try await app.get().body == "change \(number) web web.1 v\(number + 1)")
                    #expect(sleeping.count == 0)
                }
            }
        }

        @Test("Children that it leaves, closed outputs, bytes that are no text and very much output do no harm")
        func harmless() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(Self.before + Self.after, on: host)
                let sleeping = SleepingProcesses()
                let app = try await SampleApp("web", on: host)
                let script = """
                    sleep \(sleeping.seconds) &
                    (setsid sleep \(sleeping.seconds) >/dev/null 2>&1 &)
                    printf 'some \\377\\376 bytes\\n' >&2
                    exec >&- 2>&-
                    """
                for trigger in Self.before + Self.after { try plugin.behave(script, at: trigger) }
                try plugin.behave("yes 'a line of very much output' | head -c 1000000000", at: "pre-build")
                let push = try await app.push().check()
                #expect(push.error.contains("some \u{fffd}\u{fffd} bytes"))
                #expect(push.error.contains("(more than 4 MiB of output: the rest is not shown)"))
                #expect(push.error.utf8.count < 12 << 20)
                #expect(try await app.get().body == "one web web.1 v1")
                #expect(sleeping.count == 0)
            }
        }

        @Test("An answer that does not end is none")
        func endlessAnswer() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(["docker-args-deploy"], on: host)
                let app = try await SampleApp("web", on: host)
                try plugin.behave("yes -- --label=a=b", at: "docker-args-deploy")
                let push = try await app.push()
                #expect(push.status != 0)
                #expect(push.error.contains("its answer has more than 1 MiB"), "\(push)")
                #expect(try await host.containers(of: "web").isEmpty)
            }
        }
    }
}
