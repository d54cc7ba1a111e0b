import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    /// The same where a plugin stands in the way of a container that is to do one thing and go, and outside of deploys.
    @Suite("Hostile plugins: tasks, run, and commands that only tell")
    struct PluginHostileOneOff {
        /// Where plugins have a word about the container of a release task, and how a program sees that it is meant: it is
        /// given no process type.
        private static let task = [
            ("docker-args-deploy", "$# == 2"), ("docker-args-process-deploy", "$# == 3"),
            ("post-container-create", "$4 == release"),
        ]
        private static let run = ["docker-args-run", "docker-args-process-run", "post-container-create"]

        @Test("In the way of a release task: the task does not run, the deploy fails, the old release serves")
        func releaseTask() async throws {
            try await TestHost.run(settings: PluginHostile.limits) { host in
                let plugin = try await NotingPlugin.install(Self.task.map(\.0) + ["docker-args-run"], on: host)
                let sleeping = SleepingProcesses()
                let app = try await SampleApp("web", on: host, files: ["Procfile": Self.procfile])
                let push = try await app.push().check()
                #expect(push.error.contains("6000066"))
                let containers = try await host.containers().map(\.id)
                for (trigger, isMeant) in Self.task {
                    for (script, message) in PluginHostile.failures {
                        let script = script.replacing("SECONDS", with: "\(sleeping.seconds)")
                        try plugin.behave("if [[ \(isMeant) ]]; then \(script); fi", at: trigger)
                        let rebuild = try await host.cairn("ps:rebuild", "web")
                        #expect(rebuild.status != 0, "\(trigger): \(script)")
                        #expect(
                            rebuild.error.contains("'\(trigger)'") && rebuild.error.contains(message), "\(rebuild)")
                        #expect(!(rebuild.output + rebuild.error).contains("6000066"), "\(rebuild)")
                        #expect(try await host.containers().map(\.id) == containers, "\(trigger): \(script)")
                        #expect(sleeping.count == 0, "\(trigger): \(script)")
                        #expect(try host.leftovers() == [], "\(trigger): \(script)")
                    }
                    try plugin.behave(nil, at: trigger)
                }
                // A task has the options of the deploy: those of `run` are not asked for, whatever would be answered.
                try plugin.behave("exit 137", at: "docker-args-run")
                _ = try plugin.calls()
                try await app.change(to: "two").check()
                #expect(try !plugin.calls().triggerNames.contains("docker-args-run"))
                #expect(try await app.get().body.hasPrefix("two web web.1"))
            }
        }

        /// What the task prints is not in its command.
        private static let procfile = "web: perl server.pl\nrelease: expr 6000000 + 66\n"

        @Test("In the way of run: the command does not run, and no container is left")
        func run() async throws {
            try await TestHost.run(settings: PluginHostile.limits) { host in
                let plugin = try await NotingPlugin.install(Self.run, on: host)
                let sleeping = SleepingProcesses()
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let containers = try await host.containers().map(\.id)
                let flood = (PluginHostile.flood, "its answer has more than 1 MiB")
                for trigger in Self.run {
                    // What is told, and not asked, may say as much as it likes.
                    let isAsked = trigger != "post-container-create"
                    for (script, message) in PluginHostile.failures + (isAsked ? [flood] : []) {
                        try plugin.behave(script.replacing("SECONDS", with: "\(sleeping.seconds)"), at: trigger)
                        let run = try await host.cairn("run", "web", "echo", "ran")
                        #expect(run.status != 0 && run.output == "", "\(run)")
                        #expect(run.error.contains("'\(trigger)'") && run.error.contains(message), "\(run)")
                        #expect(try await host.containers().map(\.id) == containers, "\(trigger): \(script)")
                        #expect(sleeping.count == 0, "\(trigger): \(script)")
                        #expect(try host.leftovers() == [], "\(trigger): \(script)")
                    }
                    try plugin.behave(nil, at: trigger)
                }
                #expect(try await host.cairn("run", "web", "echo", "ran").check().output == "ran\n")
            }
        }

        @Test("A gigabyte where an app begins is shown in part; as the word on who is let in it is a no; none is kept")
        func floods() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(["post-create", "user-auth"], on: host)
                let usual = try await peak(of: ["apps:create", "one"], on: host)
                #expect(usual.outcome.status == 0, "\(usual.outcome)")
                try plugin.behave(PluginHostile.flood, at: "post-create")
                let create = try await peak(of: ["apps:create", "two"], on: host)
                #expect(create.outcome.status == 0 && create.outcome.error.utf8.count < 1 << 20)
                #expect(create.outcome.output.contains("(more than 4 MiB of output: the rest is not shown)"))
                #expect(create.outcome.output.utf8.count < 8 << 20)
                #expect(create.kilobytes < usual.kilobytes + Self.margin, "\(create.kilobytes) \(usual.kilobytes)")
                #expect(try host.store().appNames() == ["one", "two"])

                try plugin.behave(PluginHostile.flood, at: "user-auth")
                let denied = try await peak(of: ["apps:create", "three"], on: host)
                #expect(denied.outcome.status == 1 && denied.outcome.output == "")
                #expect(denied.outcome.error.contains("Access denied"), "\(denied.outcome.error.prefix(2_000))")
                #expect(denied.outcome.error.contains("its answer has more than 1 MiB"))
                #expect(denied.kilobytes < usual.kilobytes + Self.margin, "\(denied.kilobytes) \(usual.kilobytes)")
                let remote = try await host.ssh("apps:list")
                #expect(remote.status != 0 && remote.error.contains("Access denied"))
                try plugin.behave("\(PluginHostile.flood) >&2", at: "user-auth")
                let permitted = try await host.ssh("apps:exists one")
                #expect(permitted.status == 0 && permitted.error.utf8.count < 8 << 20)
                #expect(try host.store().appNames() == ["one", "two"])
                #expect(try host.leftovers() == [])
                #expect(try await host.containers().isEmpty)
            }
        }

        /// More than an answer or what is shown of a program, and far less than what it has written. In kilobytes.
        private static let margin = 64 << 10

        /// Runs `cairn` and measures the most memory that it, or a program it waited for, has had at once.
        private func peak(
            of words: [String], on host: TestHost
        ) async throws -> (outcome: Outcome, kilobytes: Int) {
            let file = host.home + "/peak"
            let program = """
                import resource, subprocess, sys
                status = subprocess.call(sys.argv[2:])
                open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
                sys.exit(status)
                """
            let outcome = try await host.run(
                "/usr/bin/env", ["python3", "-c", program, file, host.executable] + words,
                environment: ["CAIRN_ROOT": host.root, "SSH_USER": "root"])
            let text = try String(contentsOfFile: file, encoding: .utf8)
            return (outcome, try #require(Int(text)))
        }
    }
}
