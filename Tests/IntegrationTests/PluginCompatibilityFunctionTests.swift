import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    /// What the shim's functions say about a real app, and that nobody but a plugin sees the shim.
    @Suite("Published plugins: functions")
    struct PluginCompatibilityFunctions {
        @Test("Each function says what is so")
        func functions() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("toolbox")
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try await host.cairn("docker-options:add", "web", "deploy", "--memory 300m").check()
                let outcome = try await host.cairn("toolbox", "web")
                #expect(outcome.status == 0, "\(outcome)")
                var results: [String: String] = [:]
                for line in outcome.lines {
                    guard let equals = line.firstIndex(of: "=") else { continue }
                    results[String(line[..<equals])] = String(line[line.index(after: equals)...])
                }
                let expected = Self.expected(host).merging(Self.words) { $1 }.merging(Self.answers(host)) { $1 }
                for (name, value) in expected { #expect(results[name] == value, "\(name)") }
                #expect(try Self.shimFunctions().filter { results[$0] == nil } == [])
                #expect(results["differs"] == nil)
                for name in ["fn-nginx-computed-access-log-path", "fn-nginx-computed-error-log-path"] {
                    #expect(results[name]?.hasPrefix("/") == true)
                }
                let listener = try #require(results["listeners"])
                #expect(listener.hasPrefix("10.") && listener.hasSuffix(":5000"))
            }
        }

        /// All that plugins can call after reading the shim's files.
        private static func shimFunctions() throws -> [String] {
            let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let core = sources.deletingLastPathComponent().path + "/share/shim/core"
            let files = try #require(FileManager.default.enumerator(atPath: core))
            var names: [String] = []
            for case let file as String in files where file.hasSuffix("functions") {
                let text = try String(contentsOfFile: "\(core)/\(file)", encoding: .utf8)
                names += text.matches(of: #/(?m)^([a-z][a-z0-9_-]*)\(\)/#).map { String($0.output.1) }
            }
            #expect(names.count > 70)
            return names.filter { !$0.hasPrefix("cairn_shim_") }
        }

        /// What needs no app: lines for people, properties.
        private static let words: [String: String] = [
            "verify_app_name": " !     App nobody does not exist|", "dokku_log_info1": "-----> a  b c|",
            "dokku_log_info2": "=====> a  b c|", "dokku_log_verbose": "       a  b c|",
            "dokku_log_warn": " !     a  b c|", "dokku_log_exclaim": " !     a  b c|",
            "dokku_log_fail": " !     a  b c|", "dokku_log_info1_quiet": "-----> a  b c|",
            "dokku_log_info2_quiet": "=====> a  b c|", "dokku_log_verbose_quiet": "       a  b c|",
            "dokku_log_warn_quiet": " !     a  b c|", "dokku_log_exclaim_quiet": " !     a  b c|", "quiet": "",
            "dokku_col_log_info1": "-----> a                  b|", "dokku_col_log_msg": "a                         b|",
            "dokku_col_log_info1_quiet": "-----> a                  b|",
            "dokku_col_log_info2": "=====> a                  b|", "fn-in-array": "yes no",
            "dokku_col_log_info2_quiet": "=====> a                  b|",
            "dokku_col_log_msg_quiet": "a                         b|", "strip_inline_comments": "word|",
            "fn-plugin-property-setup": "yes", "fn-plugin-property-write": "light  blue",
            "fn-plugin-property-get": "light  blue|", "fn-plugin-property-get-default": "none|",
            "fn-plugin-property-get-all": "hue light  blue|", "fn-plugin-property-exists": "yes",
            "fn-plugin-property-clone": "light  blue", "fn-plugin-property-destroy": "no",
            "fn-plugin-property-delete": "no", "fn-plugin-property-list-add": "--a=1|--a=2|b|",
            "fn-plugin-property-list-get": "--a=1|--a=2|b|", "fn-plugin-property-list-length": "3|",
            "fn-plugin-property-list-get-by-index": "--a=2|", "fn-plugin-property-list-get-by-value": "b|",
            "fn-plugin-property-list-remove": "--a=1|--a=2|", "fn-plugin-property-list-remove-by-prefix": "0",
        ]

        /// What Cairn answers through `plugn trigger`.
        private static func answers(_ host: TestHost) -> [String: String] {
            [
                "domains_setup": "web.test.local", "is_ssl_enabled": "no", "get_available_port": "yes",
                "config_set": "a b", "config_unset": "none", "config_export": "1", "restart_nginx": "yes",
                "ps_stop": "false", "ps_start": "true", "ps_restart": "true", "ps_rebuild": "1",
                "trigger app-exists web": "", "trigger app-list": "web|", "trigger certs-exists web": "false|",
                "trigger checks-get-property web wait-to-retire": "60|", "trigger domains-list web": "web.test.local|",
                "trigger domains-vhost-enabled web": "true|", "trigger git-has-code web": "",
                "trigger logs-get-property web max-size": "10m|", "trigger network-config-exists web": "true|",
                "trigger ports-get web": "http:\(host.settings.httpPort):5000|",
                "trigger ports-get-property web proxy-port": "\(host.settings.httpPort)|",
                "trigger proxy-is-enabled web": "true|", "trigger proxy-type web": "nginx|",
                "trigger ps-current-scale web": "web=1|",
                "trigger resource-get-property web web limit memory": "300m|",
                "trigger scheduler-detect web": "docker-local|",
                "trigger scheduler-app-status docker-local web": "1 true|",
                "trigger scheduler-is-deployed docker-local web": "",
                "trigger ps-get-property web restart-policy": "on-failure:10|", "resource": "300m",
            ]
        }

        private static func expected(_ host: TestHost) -> [String: String] {
            [
                "get_app_image_repo": "dokku/web", "get_app_image_name": "dokku/web:latest",
                "get_app_image_name-latest": "dokku/web:latest", "get_deploying_app_image_name": "dokku/web:latest",
                "get_running_image_tag": "latest", "get_app_scheduler": "docker-local",
                "is_image_herokuish_based": "no", "is_image_cnb_based": "no", "copy_from_image": "one",
                "copy_from_image-missing": "no", "is_container_status": "yes no",
                "dokku_container_log_verbose_quiet": "       listening on 0.0.0.0:5000",
                "dokku_version": "dokku version 0.38.27", "dokku_apps": "web", "is_deployed": "yes",
                "is_app_proxy_enabled": "yes", "get_app_proxy_type": "nginx", "get_app_domains": "web.test.local",
                "is_app_vhost_enabled": "true", "config_get": "a b", "config_get-global": "none",
                "config_all": "TOOL:  a b", "config_all-export": "export TOOL='a b'", "config_get-unset": "none",
                "get_nginx_location": "/usr/sbin/nginx", "validate_nginx": "yes", "has_tty": "no",
                "suppress_output": "seen", "command": "none", "scale": "web=1",
                "url": "http://web.test.local:\(host.settings.httpPort)", "domains:report": "web.test.local",
            ]
        }

        @Test(
            "Only plugins see the shim: an app's container, a hook and a command have neither its variables nor its PATH"
        )
        func visibility() async throws {
            try await TestHost.run { host in
                try await host.installPlugin("recorder")
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let command = try await host.cairn("run", "web", "env").check().output
                let entered = try await host.cairn("enter", "web", "web", "--", "env").check().output
                for environment in [try await app.get("/env").body, command, entered] {
                    #expect(environment.contains("PATH="))
                    for name in ["DOKKU_", "PLUGIN_", "CAIRN_PLUGIN", "CAIRN_EXECUTABLE", "SSH_NAME", "/shim/bin"] {
                        #expect(!environment.contains(name), "\(name) in \(environment)")
                    }
                }
                // The hook of git that deploys is the parent of the process that waits for a plugin's program.
                let hook = host.root + "/hook-environment"
                _ = try await NotingPlugin.install(
                    [],
                    doing: [
                        "pre-build": #"""
                        parent=$(awk '/^PPid:/ { print $2 }' "/proc/$PPID/status")
                        tr '\0' '\n' <"/proc/$parent/environ" >"$CAIRN_ROOT/hook-environment"
                        """#
                    ], on: host)
                try await app.change(to: "two").check()
                let environment = try String(contentsOfFile: hook, encoding: .utf8)
                #expect(environment.contains("PATH="))
                for name in ["DOKKU_", "PLUGIN_", "CAIRN_PLUGIN", "/shim/bin"] {
                    #expect(!environment.contains(name), "\(name) in \(environment)")
                }
            }
        }

        @Test("A host without plugins has no trace of the tree")
        func withoutPlugins() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                #expect(!FileManager.default.fileExists(atPath: host.root + "/dokku"))
                #expect(!FileManager.default.fileExists(atPath: host.root + "/dokku-lib"))
            }
        }
    }
}
