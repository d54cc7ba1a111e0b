import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    /// Whatever a plugin's program does at a trigger, the deploy ends, says why, and leaves nothing behind.
    @Suite("Hostile plugins")
    struct PluginHostile {
        /// What a deploy passes through before the new release is decided on.
        private static let before = [
            "post-extract", "pre-receive-app", "pre-build", "pre-deploy", "scheduler-deploy", "nginx-pre-reload",
        ]
        /// Where it asks, before that.
        private static let asking = ["docker-args-build", "docker-args-deploy", "proxy-type", "ports-get"]
        /// What it passes through afterwards, or is only told.
        private static let after = ["proxy-build-config", "core-post-deploy", "post-deploy"]

        /// What ends a program badly, and what the deploy says of it.
        static let failures = [
            ("sleep SECONDS", "it had not finished after"),
            ("sleep SECONDS & trap '' TERM; kill -9 $PPID; sleep SECONDS", "by signal 9"),
            ("sleep SECONDS & exit 137", "status 137"),
        ]
        static let limits = ["CAIRN_PLUGIN_TIMEOUT": "3", "CAIRN_PLUGIN_ADVISORY_TIMEOUT": "3"]
        /// More output than anybody reads.
        static let flood = "yes 'a line of very much output' | head -c 1000000000"

        @Test("One that hangs, kills its parent or ends with 137 fails the deploy wherever nothing is decided yet")
        func failing() async throws {
            try await TestHost.run(settings: Self.limits) { host in
                let plugin = try await NotingPlugin.install(Self.before + Self.asking, on: host)
                let sleeping = SleepingProcesses()
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let containers = try await host.containers(of: "web").map(\.id)
                for trigger in Self.before + Self.asking {
                    for (script, message) in Self.failures {
                        try plugin.behave(script.replacing("SECONDS", with: "\(sleeping.seconds)"), at: trigger)
                        let rebuild = try await host.cairn("ps:rebuild", "web")
                        #expect(rebuild.status != 0, "\(trigger): \(script)")
                        #expect(
                            rebuild.error.contains("The plugin noting") && rebuild.error.contains(message), "\(rebuild)"
                        )
                        #expect(try await host.containers(of: "web").map(\.id) == containers, "\(trigger): \(script)")
                        #expect(sleeping.count == 0, "\(trigger): \(script)")
                        #expect(try host.leftovers() == [], "\(trigger): \(script)")
                    }
                    try plugin.behave(nil, at: trigger)
                    #expect(try await app.get().body == "one web web.1 v1")
                }
                try await app.change(to: "two").check()
                #expect(try await app.get().body.hasPrefix("two web web.1"))
            }
        }

        @Test("Where an app begins and a caller is let in, it means no: no app is made, nobody is let in")
        func refusing() async throws {
            try await TestHost.run(settings: Self.limits) { host in
                let plugin = try await NotingPlugin.install(["post-create", "user-auth"], on: host)
                let sleeping = SleepingProcesses()
                for (script, message) in Self.failures {
                    let script = script.replacing("SECONDS", with: "\(sleeping.seconds)")
                    try plugin.behave(script, at: "post-create")
                    let create = try await host.cairn("apps:create", "web")
                    #expect(create.status != 0 && create.error.contains(message), "\(create)")
                    #expect(try host.store().appNames() == [])
                    try plugin.behave(script, at: "user-auth")
                    let denied = try await host.ssh("apps:list")
                    #expect(denied.status != 0 && denied.error.contains("Access denied"), "\(denied)")
                    try plugin.behave(nil, at: "user-auth")
                    #expect(sleeping.count == 0)
                    #expect(try host.leftovers() == [])
                }
            }
        }

        @Test("Where all is decided already, it is a warning")
        func telling() async throws {
            try await TestHost.run(settings: Self.limits) { host in
                let plugin = try await NotingPlugin.install(Self.after, on: host)
                let sleeping = SleepingProcesses()
                let app = try await SampleApp("web", on: host)
                for (number, (script, message)) in Self.failures.enumerated() {
                    for trigger in Self.after {
                        try plugin.behave(script.replacing("SECONDS", with: "\(sleeping.seconds)"), at: trigger)
                    }
                    let push = try await app.change(to: "change \(number)").check()
                    let told = push.error.split(separator: "\n").count { $0.contains(message) }
                    #expect(told == Self.after.count, "\(push)")
                    #expect(try await app.get().body == "change \(number) web web.1 v\(number + 1)")
                    #expect(sleeping.count == 0)
                    #expect(try host.leftovers() == [])
                }
            }
        }

        @Test("Children that it leaves, closed outputs, and bytes that are no text do no harm anywhere")
        func harmless() async throws {
            try await TestHost.run { host in
                let triggers = ["post-create", "user-auth"] + Self.before + Self.asking + Self.after
                let plugin = try await NotingPlugin.install(triggers, on: host)
                let sleeping = SleepingProcesses()
                let app = try await SampleApp("web", on: host)
                let script = """
                    sleep \(sleeping.seconds) &
                    (setsid sleep \(sleeping.seconds) >/dev/null 2>&1 &)
                    printf 'some \\377\\376 bytes of %s\\n' "$name" >&2
                    exec >&- 2>&-
                    """
                for trigger in triggers { try plugin.behave(script, at: trigger) }
                let push = try await app.push().check()
                for trigger in Self.before + Self.asking + Self.after {
                    #expect(push.error.contains("some \u{fffd}\u{fffd} bytes of \(trigger)"), "\(trigger) in \(push)")
                }
                #expect(Set(try plugin.calls().triggerNames).isSuperset(of: triggers))
                #expect(try await app.get().body == "one web web.1 v1")
                #expect(sleeping.count == 0)
                #expect(try host.leftovers() == [])
            }
        }

        @Test("A gigabyte of output is shown in part, and is no answer")
        func floods() async throws {
            try await TestHost.run { host in
                let shown = Self.before + Self.after
                let plugin = try await NotingPlugin.install(shown + Self.asking, on: host)
                let app = try await SampleApp("web", on: host)
                // One at a time: what is shown of each is still a lot, and git puts a word before each line.
                for start in stride(from: 0, to: shown.count, by: 1) {
                    let group = shown[start..<min(start + 1, shown.count)]
                    for trigger in group { try plugin.behave(Self.flood, at: trigger) }
                    let push = try await app.change(to: "flood-\(start)").check()
                    let cut = push.error.components(
                        separatedBy: "(more than 4 MiB of output: the rest is not shown)"
                    ).count
                    #expect(cut == group.count + 1)
                    #expect(push.error.utf8.count < group.count * (14 << 20))
                    for trigger in group { try plugin.behave(nil, at: trigger) }
                }
                for trigger in Self.asking {
                    try plugin.behave(Self.flood, at: trigger)
                    let rebuild = try await host.cairn("ps:rebuild", "web")
                    #expect(
                        rebuild.status != 0 && rebuild.error.contains("its answer has more than 1 MiB"), "\(rebuild)")
                    try plugin.behave(nil, at: trigger)
                    #expect(try host.leftovers() == [], "\(trigger)")
                }
                #expect(try await app.get().body.hasPrefix("flood-"))
            }
        }
    }
}

extension TestHost {
    /// What a command that has ended may not leave: directories with sources, and processes of plugins.
    func leftovers() throws -> [String] {
        let directories = try FileManager.default.contentsOfDirectory(atPath: root + "/run").filter {
            $0.hasPrefix("work-") || $0.hasPrefix("app-")
        }
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { process in
            // One that has ended meanwhile, or is another user's, has nothing to read.
            guard Int(process) != nil, let data = FileManager.default.contents(atPath: "/proc/\(process)/environ")
            else {
                return false
            }
            let variables = Set(data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
            return variables.contains("CAIRN_PLUGIN=noting") && variables.contains("CAIRN_ROOT=\(root)")
        }
        return directories + processes
    }
}
