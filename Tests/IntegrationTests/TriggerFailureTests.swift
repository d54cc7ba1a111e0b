import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Plugins that fail")
    struct TriggerFailure {
        /// Before the commit.
        private static let mandatory = [
            "receive-app", "post-extract", "builder-detect", "pre-receive-app", "pre-build", "docker-args-build",
            "post-build", "pre-release-builder", "post-release-builder", "pre-deploy", "scheduler-deploy",
            "docker-args-deploy", "post-container-create", "check-deploy", "ports-set-detected", "nginx-pre-reload",
        ]
        /// What is told only, or comes after the commit.
        private static let advisory = [
            "deploy-source-set", "release-created", "registered", "endpoint-switched", "scheduler-post-deploy-process",
            "proxy-build-config", "core-post-deploy", "post-deploy",
        ]

        @Test("At a trigger before the commit the push fails, the old release serves, and nothing is left")
        func mandatoryTriggers() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(Self.mandatory + Self.advisory, on: host)
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let containers = try await host.containers(of: "web").map(\.id)
                for trigger in Self.mandatory {
                    try plugin.behave("echo 'the reason' >&2; exit 3", at: trigger)
                    let push = try await app.change(to: trigger)
                    try plugin.behave(nil, at: trigger)
                    #expect(push.status != 0, "\(trigger)")
                    #expect(push.error.contains("E-PLUGIN-FAILED"), "\(push)")
                    #expect(push.error.contains("'\(trigger)' with status 3"), "\(push)")
                    #expect(push.error.contains("the reason"), "\(trigger)")
                    #expect(try await app.get().body == "one web web.1 v1")
                    #expect(try await host.containers(of: "web").map(\.id) == containers, "\(trigger)")
                }
                try await app.push().check()
                #expect(try await app.get().body.hasPrefix("nginx-pre-reload web web.1 v"))
            }
        }

        @Test("At a trigger that only tells, and after the commit, the push succeeds with a warning")
        func advisoryTriggers() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(Self.advisory, on: host)
                let app = try await SampleApp("web", on: host)
                for trigger in Self.advisory { try plugin.behave("echo 'the reason' >&2; exit 3", at: trigger) }
                let push = try await app.push().check()
                for trigger in Self.advisory {
                    #expect(push.error.contains("'\(trigger)' with status 3"), "\(trigger): \(push)")
                }
                #expect(push.error.contains("Application deployed: v1"))
                #expect(try await app.get() == ("one web web.1 v1", "200"))
                let release = try host.store().currentRelease(of: host.store().app(AppName(validating: "web")))
                let head = try await host.git("rev-parse", "HEAD", in: app.directory).output
                #expect(release?.content.revision == head.trimmingCharacters(in: .newlines))
            }
        }

        @Test("An app that a plugin refuses is not made, and one that it keeps is not destroyed")
        func apps() async throws {
            try await TestHost.run { host in
                let plugin = try await NotingPlugin.install(
                    ["post-create", "pre-delete", "post-app-clone-setup", "post-app-rename-setup", "deploy-failed"],
                    on: host)
                try plugin.behave("exit 1", at: "post-create")
                #expect(try await host.cairn("apps:create", "web").status == 1)
                #expect(try host.store().apps().isEmpty)
                try plugin.behave(nil, at: "post-create")
                try await host.cairn("apps:create", "web").check()

                try plugin.behave("exit 1", at: "post-app-clone-setup")
                #expect(try await host.cairn("apps:clone", "web", "copy").status == 1)
                try plugin.behave("exit 1", at: "post-app-rename-setup")
                #expect(try await host.cairn("apps:rename", "web", "shop").status == 1)
                try plugin.behave("exit 1", at: "pre-delete")
                #expect(try await host.cairn("--force", "apps:destroy", "web").status == 1)
                #expect(try host.store().apps().map(\.name.rawValue) == ["web"])
                #expect(FileManager.default.fileExists(atPath: host.root + "/repos/web.git"))

                _ = try plugin.calls()
                let app = try await SampleApp("web", on: host, files: ["Dockerfile": "FROM scratch\nNONSENSE\n"])
                #expect(try await app.push().status != 0)
                let told = try plugin.calls().first { $0.hasPrefix("deploy-failed") }
                #expect(told?.contains("|E-BUILD-FAILED|<Deploy of web failed in the phase 'build'") == true)
            }
        }
    }
}
