import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    /// A plugin with the frame that all published datastores share.
    @Suite("Published plugins: services")
    struct PluginCompatibilityServices {
        /// Containers have names of their own on the engine, whatever host they belong to.
        private let service = "s\(UInt32.random(in: 0...UInt32.max))"
        private var hostname: String { "dokku-shelf-\(service)" }

        @Test("A service is made, linked, read by the app, carried along by clone and rename, unlinked and removed")
        func story() async throws {
            try await TestHost.run { host in
                do {
                    try await story(host)
                } catch {
                    try? await removeContainer(host)
                    throw error
                }
                try await removeContainer(host)
            }
        }

        private func removeContainer(_ host: TestHost) async throws {
            try? await host.engine.removeContainer("dokku.shelf.\(service)", force: true, volumes: true)
        }

        private func story(_ host: TestHost) async throws {
            try await host.installPlugin("recorder")
            try await host.installPlugin("shelf")
            let app = try await SampleApp("web", on: host)
            try await app.push().check()
            let created = try await host.cairn("shelf:create", service).check()
            #expect(created.output.hasSuffix("=====> shelf container created: \(service)\n"))
            #expect(try await host.cairn("shelf:list").check().output == service + "\n")
            #expect(host.recorded().contains("service-action [post-create-complete] [shelf] [\(service)]"))
            #expect(host.recorded().contains("user-auth-service [root] [default] [shelf] [\(service)]"))
            try await host.cairn("shelf:import", service, input: "once upon a time\n").check()
            #expect(try await host.cairn("shelf:export", service).check().output == "once upon a time\n")

            try await link(host, app)
            try await carriedAlong(host)
            try await unlink(host, app)
            try await host.cairn("shelf:destroy", service, input: "\(service)\n").check()
            #expect(try await host.cairn("shelf:exists", service).status != 0)
        }

        private func link(_ host: TestHost, _ app: SampleApp) async throws {
            let link = try await host.cairn("shelf:link", service, "web")
            #expect(link.status == 0, "\(link)")
            let url = try await host.cairn("config:get", "web", "SHELF_URL").check().output
            #expect(url.hasSuffix("@\(hostname):7000\n"))
            #expect(try await host.cairn("shelf:info", service, "--dsn").check().output == url)
            #expect(try await app.get("/env").body.contains("SHELF_URL=shelf://"))
            #expect(try await book(host, "web") == "once upon a time\n")
            // Linking again is refused by the plugin, which finds the URL in what config_all prints.
            let again = try await host.cairn("shelf:link", service, "web")
            #expect(again.status == 1)
            #expect(again.error == " !     Already linked as SHELF_URL\n")
            let destroy = try await host.cairn("--force", "shelf:destroy", service)
            #expect(destroy.error.contains("Cannot delete linked service"))
        }

        /// What the service says to a one-off container of the app, by its name.
        private func book(_ host: TestHost, _ app: String) async throws -> String {
            let read = "print IO::Socket::INET->new('\(hostname):7000')->getlines"
            return try await host.cairn("run", app, "perl", "-MIO::Socket::INET", "-e", read).check().output
        }

        private func carriedAlong(_ host: TestHost) async throws {
            try await host.cairn("apps:clone", "--skip-deploy", "web", "copy").check()
            #expect(try await host.cairn("shelf:linked", service, "copy").status == 0)
            try await host.cairn("apps:rename", "--skip-deploy", "copy", "other").check()
            #expect(try await host.cairn("shelf:info", service, "--links").check().output == "other web\n")
            try await host.cairn("--force", "apps:destroy", "other").check()
            #expect(try await host.cairn("shelf:info", service, "--links").check().output == "web\n")
            // A start of the app starts its service.
            try await host.cairn("shelf:stop", service).check()
            try await host.cairn("ps:stop", "web").check()
            let start = try await host.cairn("ps:start", "web")
            #expect(start.status == 0, "\(start)")
            #expect((start.output + start.error).contains("is not running, issuing service start"))
            #expect(try await book(host, "web") == "once upon a time\n")
        }

        private func unlink(_ host: TestHost, _ app: SampleApp) async throws {
            let unlink = try await host.cairn("shelf:unlink", service, "web")
            #expect(unlink.status == 0, "\(unlink)")
            #expect(try await host.cairn("config:get", "web", "SHELF_URL").status == 1)
            #expect(try await app.get("/env").body.contains("SHELF_URL") == false)
            #expect(
                try await host.cairn("docker-options:report", "web").check().output.contains("dokku.shelf") == false)
        }
    }
}
