import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Plugins that change routes, and that run apps")
    struct TriggerRouting {
        @Test("A plugin changes the app's nginx.conf; what nginx refuses leaves the old one in force")
        func nginx() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(
                    ["nginx-hostname", "app-urls"],
                    doing: [
                        "nginx-pre-reload": #"""
                        sed -i '0,/server {/s//server {\n    add_header X-Plugin here always;/' "$DOKKU_ROOT/$1/nginx.conf"
                        """#
                    ], on: host)
                try plugin.behave(#"echo "own.$3""#, at: "nginx-hostname")
                try plugin.behave("echo https://elsewhere.example", at: "app-urls")
                let app = try await SampleApp("web", on: host)
                let push = try await app.push().check()
                #expect(push.error.contains("https://elsewhere.example"))
                #expect(try await host.cairn("urls", "web").output == "https://elsewhere.example\n")
                let found = try await host.get(host: "own.test.local", options: "--include")
                #expect(found.output.contains("X-Plugin: here"))
                #expect(found.output.contains("one web web.1 v1"))

                // A file that a plugin has put there is included, and kept through a change of the ports.
                let directory = host.root + "/dokku/web/nginx.conf.d"
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                try "location = /snippet { return 204; }\n".write(
                    toFile: directory + "/own.conf", atomically: true, encoding: .utf8)
                try await host.cairn("proxy:build-config", "web").check()
                #expect(try await host.get("/snippet", host: "own.test.local").output.hasSuffix("204"))

                try plugin.behave(#"echo nonsense >>"$DOKKU_ROOT/$1/nginx.conf""#, at: "nginx-pre-reload")
                let failed = try await app.change(to: "two")
                #expect(failed.status != 0)
                #expect(failed.error.contains("E-NGINX-REFUSED"))
                #expect(try await host.get(host: "own.test.local").output.contains("one web web.1 v1"))
                try plugin.behave("echo 'not an address'", at: "app-urls")
                #expect(try await host.cairn("urls", "web").error.contains("E-PLUGIN-ANSWER"))
            }
        }

        @Test("A plugin whose scheduler is selected runs the app; Cairn keeps its releases")
        func scheduler() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(
                    ["scheduler-deploy", "scheduler-stop"],
                    doing: [
                        "scheduler-run": #"[[ $1 == elsewhere ]] || exit 0; shift 4; echo "ran $*""#,
                        "scheduler-logs": "echo a-line", "scheduler-app-status": "echo '3 true'",
                    ], on: host)
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try await host.cairn("scheduler:set", "web", "selected", "elsewhere").check()
                _ = try plugin.calls()
                try await app.change(to: "two").check()
                #expect(try plugin.calls() == ["scheduler-deploy|elsewhere|web|latest"])
                let store = try host.store()
                let record = try store.app(AppName(validating: "web"))
                #expect(try store.currentRelease(of: record)?.version == 2)
                #expect(try store.instances(of: record).filter { $0.state == .live }.isEmpty)
                #expect(try await host.cairn("run", "web", "rake", "it").output == "ran rake it\n")
                #expect(try await host.cairn("logs", "web").output == "a-line\n")
                let report = try await host.cairn("ps:report", "web", "--processes")
                #expect(report.output == "3\n")
                let missing = try await host.cairn("enter", "web", "web", "ls")
                #expect(missing.error.contains("no enabled plugin implements scheduler-enter"))

                try await host.cairn("scheduler:set", "web", "selected").check()
                try await host.cairn("ps:restart", "web").check()
                #expect(try await app.get().body == "two web web.1 v2")
            }
        }
    }
}
