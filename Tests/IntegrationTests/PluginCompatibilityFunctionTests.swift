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
                let outcome = try await host.cairn("toolbox", "web")
                #expect(outcome.status == 0, "\(outcome)")
                var results: [String: String] = [:]
                for line in outcome.lines {
                    guard let equals = line.firstIndex(of: "=") else { continue }
                    results[String(line[..<equals])] = String(line[line.index(after: equals)...])
                }
                for (name, expected) in Self.expected(host) { #expect(results[name] == expected, "\(name)") }
                let listener = try #require(results["listeners"])
                #expect(listener.hasPrefix("10.") && listener.hasSuffix(":5000"))
            }
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
                let environment = try await app.get("/env").body
                #expect(!environment.contains("DOKKU_"))
                #expect(!environment.contains("shim"))
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
