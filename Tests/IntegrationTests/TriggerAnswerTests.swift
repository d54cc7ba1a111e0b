import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    /// What plugins answer changes what Cairn does, and is checked like what a person types.
    @Suite("Answers of plugins")
    struct TriggerAnswers {
        @Test("A plugin gives the app ports: beside its own, or in place of those that were found")
        func ports() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(["ports-get", "ports-set-detected"], on: host)
                let app = try await SampleApp("web", on: host)
                let (http, other) = (host.settings.httpPort, try FreePort.next())
                try plugin.behave("echo http:\(other):5000", at: "ports-get")
                try await app.push().check()
                #expect(try plugin.calls().contains("ports-set-detected|web|http:\(http):5000"))
                #expect(try await app.get().body == "one web web.1 v1")
                #expect(try await host.request(host: app.domain, port: other).body.hasPrefix("one web"))
                let second = try await host.cairn("ports:report", "web", "--ports-map-detected")
                #expect(second.output == "http:\(http):5000 http:\(other):5000\n")
                let asked = try await host.cairn("plugin:trigger", "ports-get", "web").check()
                #expect(asked.output == "http:\(other):5000\nhttp:\(http):5000\n")

                try plugin.behave("echo nonsense", at: "ports-get")
                let refused = try await app.change(to: "two")
                #expect(
                    refused.error.contains("E-PLUGIN-ANSWER") && refused.error.contains("'ports-get'"), "\(refused)")
                #expect(try await app.get().body == "one web web.1 v1")

                try plugin.behave(nil, at: "ports-get")
                try plugin.behave("echo http:\(other):6000", at: "ports-set-detected")
                try await app.change(to: "three").check()
                let detected = try await host.cairn("ports:report", "web", "--ports-map-detected")
                #expect(detected.output == "http:\(other):6000\n")
                #expect(try await host.request(host: app.domain, port: other).body.hasPrefix("three web"))

                try plugin.behave("echo http:80:0", at: "ports-set-detected")
                #expect(try await app.change(to: "four").error.contains("E-PLUGIN-ANSWER"))
                try plugin.behave(nil, at: "ports-set-detected")
                try await app.change(to: "five").check()
                #expect(try await app.get().body.hasPrefix("five web"))
            }
        }

        @Test("A plugin's template takes the place of an app's nginx configuration, and is tested with all the rest")
        func template() async throws {
            try await TestHost.run { host in
                let path = host.home + "/template"
                let plugin = try await NotingPlugin.install(
                    [], doing: ["nginx-app-template-source": "echo \(path)"], on: host)
                func write(_ text: String) throws { try text.write(toFile: path, atomically: true, encoding: .utf8) }
                try write("# of {{ .APP }}\n{{ .CONFIGURATION }}\n")
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                #expect(try plugin.calls().contains("nginx-app-template-source|web|app-config"))
                #expect(try await host.cairn("nginx:show-config", "web").check().output.contains("# of web\n"))
                #expect(try await app.get().body == "one web web.1 v1")

                for (text, code) in [
                    ("{{ if .APP }}{{ end }}", "E-PLUGIN-ANSWER"), ("nonsense", "E-NGINX-REFUSED"),
                ] {
                    try write(text)
                    let refused = try await app.change(to: code)
                    #expect(refused.status != 0 && refused.error.contains(code), "\(refused)")
                    #expect(try await app.get().body == "one web web.1 v1")
                }
                try plugin.behave("echo /nowhere", at: "nginx-app-template-source")
                #expect(try await host.cairn("proxy:build-config", "web").error.contains("E-PLUGIN-ANSWER"))
                try plugin.behave(nil, at: "nginx-app-template-source")
                try await app.change(to: "two").check()
                #expect(try await host.cairn("nginx:show-config", "web").check().output.contains("# of") == false)
            }
        }

        @Test("An app that a plugin's proxy serves is not nginx's; the plugin hears when to serve it")
        func proxy() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let plugin = try await NotingPlugin.install(
                    ["proxy-build-config", "proxy-clear-config"], doing: ["proxy-type": "echo caddy"], on: host)
                try await app.change(to: "two").check()
                let calls = try plugin.calls().triggerNames
                #expect(calls.contains("proxy-build-config") && !calls.contains("proxy-clear-config"), "\(calls)")
                #expect(try await app.get().body.contains("two") == false)
                try plugin.behave("echo 'two words'", at: "proxy-type")
                #expect(try await host.cairn("proxy:build-config", "web").error.contains("E-PLUGIN-ANSWER"))
                try await host.cairn("plugin:disable", "noting").check()
                try await host.cairn("proxy:build-config", "web").check()
                #expect(try await app.get().body == "two web web.1 v2")
            }
        }

        @Test("A builder's name that is none is refused before anything is built")
        func builder() async throws {
            try await TestHost.run { host in
                _ = try await NotingPlugin.install([], doing: ["builder-detect": "echo '../x y'"], on: host)
                let push = try await SampleApp("web", on: host).push()
                #expect(push.status != 0)
                #expect(push.error.contains("E-PLUGIN-ANSWER") && push.error.contains("'builder-detect'"), "\(push)")
            }
        }

        @Test("A plugin deploys a directory, an archive and an image through triggers")
        func deploys() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let directory = host.home + "/copy"
                try FileManager.default.copyItem(atPath: app.directory, toPath: directory)
                try FileManager.default.removeItem(atPath: directory + "/.git")
                try "from a directory\n".write(toFile: directory + "/message", atomically: true, encoding: .utf8)
                let image = try await host.engine.inspectContainer(host.container(of: "web")).image
                let name = "cairn-test-" + UUID().uuidString.lowercased().prefix(8)
                let plugin = try PluginFiles(
                    "deployer", on: host,
                    [
                        "commands": """
                        case $1 in deployer:*) shift; exec plugn trigger "$@" ;; *) exit "$DOKKU_NOT_IMPLEMENTED_EXIT" ;; esac
                        """, "plugin.toml": "[plugin]\nversion = \"1.0.0\"\n[plugin.config]",
                    ])
                try await plugin.install()
                try await host.cairn(
                    "deployer:run", "git-from-directory", "web", directory, "Dora", "dora@example.org"
                ).check()
                #expect(try await app.get().body == "from a directory web web.1 v2")
                try await host.engine.tagImage(image, repo: name, tag: "one")
                try await host.cairn("deployer:run", "git-from-image", "web", "\(name):one").check()
                #expect(try await app.get().body.hasPrefix("one web web.1 v3"))
                try await host.engine.removeImage("\(name):one")
                let missing = try await host.cairn("deployer:run", "git-from-archive", "web", "nowhere", "zip")
                #expect(missing.status != 0)
                let relative = try await host.cairn("deployer:run", "git-from-directory", "web", "copy")
                #expect(relative.error.contains("'copy' is not the absolute path of a directory"), "\(relative)")
            }
        }
    }
}
