import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    /// Plugins in the manner of published ones, on a real host: when they are called, and with what.
    @Suite("Published plugins: triggers")
    struct PluginCompatibilityTriggers {
        @Test("A deploy calls a plugin at every trigger on its way, with the arguments that it knows")
        func deploy() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("recorder")
                #expect(host.recorded().contains("install"))
                try host.forgetRecorded()

                let app = try await SampleApp("web", on: host)
                let push = try await app.push().check()
                #expect(push.error.contains("=====> Application deployed: v1"))
                let revision = try await host.git("rev-parse", "HEAD", in: app.directory).output
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                let lines = host.recorded()
                for expected in [
                    "post-create [web]", "docker-args-build [web] [dockerfile]",
                    "docker-args-deploy [web] [latest] [web] [1]", "pre-deploy [web] [latest]",
                    "scheduler-deploy [docker-local] [web] [latest]", "nginx-pre-reload [web] [] []",
                    "core-post-deploy [web] [] [] [latest]", "post-deploy [web] [] [] [latest]",
                ] {
                    #expect(lines.contains(expected), "\(expected) in \(lines)")
                }
                #expect(lines.contains { $0.hasPrefix("post-extract [web] [/") && $0.hasSuffix(" [\(revision)]") })
                #expect(
                    lines.contains {
                        $0.hasPrefix("pre-receive-app [web] [dockerfile] [/") && $0.hasSuffix(" [\(revision)]")
                    })
                #expect(lines.contains { $0.hasPrefix("pre-build [dockerfile] [web] [/") })
                #expect(lines.contains { $0.hasPrefix("user-auth [") })
                expectOrder(
                    lines, ["post-create", "post-extract", "pre-receive-app", "pre-build", "pre-deploy", "post-deploy"])
                // What it answered to docker-args-deploy is an option of the container.
                #expect(try await app.get("/env").body.contains("RECORDED=docker-args-deploy"))
                #expect(host.file("dokku-lib/data/recorder/log").contains("name=tester"))
            }
        }

        private func expectOrder(_ lines: [String], _ triggers: [String]) {
            let order = lines.compactMap { line in triggers.first { line == $0 || line.hasPrefix($0 + " ") } }
            var seen: [String] = []
            for trigger in order where !seen.contains(trigger) { seen.append(trigger) }
            #expect(seen == triggers)
        }

        @Test("Commands on an app call a plugin with the arguments that it knows")
        func commands() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try await host.installPlugin("recorder")
                try host.forgetRecorded()

                let run = try await host.cairn("run", "web", "sh", "-c", "echo $RECORDED").check()
                #expect(run.output.contains("docker-args-run"))
                try await host.cairn("domains:add", "web", "more.test").check()
                try await host.cairn("ps:stop", "web").check()
                try await host.cairn("ps:start", "web").check()
                try await host.cairn("logs:failed", "web")
                try await host.cairn("proxy:build-config", "web").check()
                let report = try await host.cairn("report", "web")
                #expect(report.output.contains("=====> web recorder information"), "\(report)")
                try await host.cairn("apps:clone", "--skip-deploy", "web", "copy").check()
                try await host.cairn("apps:rename", "--skip-deploy", "copy", "other").check()
                try await host.cairn("--force", "apps:destroy", "web").check()
                let lines = host.recorded()
                for expected in [
                    "docker-args-run [web] [latest]", "post-domains-update [web] [add] [more.test]",
                    "scheduler-stop [docker-local] [web]", "pre-start [web]",
                    "scheduler-logs-failed [docker-local] [web]",
                    "proxy-build-config [web]", "report [web]", "post-app-clone-setup [web] [copy]",
                    "post-app-rename-setup [copy] [other]", "pre-delete [web] [latest]", "post-delete [web] [latest]",
                ] {
                    #expect(
                        lines.contains { $0 == expected || $0.hasPrefix(expected + " ") }, "\(expected) in \(lines)")
                }
                #expect(lines.contains { $0.hasPrefix("scheduler-run [docker-local] [web]") })
                #expect(!FileManager.default.fileExists(atPath: host.root + "/dokku/web"))
                #expect(FileManager.default.fileExists(atPath: host.root + "/dokku/other"))
            }
        }

        @Test("Commands of a plugin: by file, by its dispatcher, in the help, and by trigger")
        func pluginCommands() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("recorder")
                let count = try await host.cairn("recorder:count").check()
                #expect((Int(count.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) > 0)
                let rewind = try await host.ssh("recorder:rewind --hard").check()
                #expect(rewind.output == "-----> Rewound\n       hard\n")
                #expect(rewind.error == " !     All of it\n")
                #expect(try await host.cairn("--quiet", "recorder:rewind", "--hard").check().output == "")
                #expect(try await host.cairn("help").check().output.contains("recorder, Write down") == false)
                #expect(try await host.cairn("help").check().output.contains("Write down every trigger"))
                #expect(try await host.cairn("help", "--all").check().output.contains("recorder:rewind"))
                #expect(try await host.cairn("recorder:help").check().output.contains("recorder:count"))
                #expect(try await host.cairn("recorder:nothing").status != 0)
                let services = try await host.cairn("plugin:trigger", "service-list").check()
                #expect(services.output == "recorder:tape\n")
                #expect(try await host.cairn("recorder").check().output.contains("service-list"))
                try await host.cairn("plugin:install-dependencies").check()
                try await host.cairn("plugin:uninstall", "recorder").check()
                #expect(host.recorded().contains("dependencies"))
                #expect(host.recorded().contains("uninstall [recorder]"))
                #expect(try await host.cairn("recorder:count").status != 0)
            }
        }

        @Test("A plugin puts files into the source that is built, and refuses one")
        func source() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("seed")
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("plugin:trigger", "post-extract", "web", "/nowhere", "none").check()
                let seeds = host.root + "/dokku/web/SEED"
                try FileManager.default.createDirectory(atPath: seeds, withIntermediateDirectories: true)
                try "seeded\n".write(toFile: seeds + "/message", atomically: true, encoding: .utf8)
                let push = try await app.push().check()
                #expect(push.error.contains("-----> Supplying          web"))
                #expect(push.error.contains("message                   supplied"))
                #expect(push.error.contains("=====> Seeing"))
                #expect(try await app.get().body.hasPrefix("seeded web"))

                try app.write(["forbidden": "", "message": "two\n"])
                try await app.commit("forbidden")
                let refused = try await app.push()
                #expect(refused.status != 0)
                #expect(refused.error.contains("!     dockerfile may not build what has a file 'forbidden'"))
                #expect(refused.error.contains("is refused"))
                #expect(try await app.get().body.hasPrefix("seeded web"))
            }
        }
    }
}
