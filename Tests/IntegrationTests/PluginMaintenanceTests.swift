import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Plugin maintenance")
    struct PluginMaintenance {
        @Test("On: every request gets the page with 503 and Retry-After, deploys go on; off: the app is back")
        func story() async throws {
            try await TestHost.run { host in
                try await host.cairn("plugin:install", "maintenance").check()
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try await host.ssh("maintenance:on web").check()
                let page = try await host.request("/some/path?x=1", host: app.domain)
                #expect(page.status == 503 && page.body.contains("maintenance"), "\(page)")
                #expect(page.values("retry-after") == ["300"] && page.values("cache-control") == ["no-store"])
                let post = try await host.request(host: app.domain, options: ["--data", "a=b"])
                #expect(post.status == 503 && post.body == page.body, "\(post)")
                #expect(try await host.ssh("maintenance:report web --maintenance-enabled").output == "true\n")

                try await app.change(to: "two").check()
                #expect(try await host.request(host: app.domain).status == 503)

                try await host.ssh("maintenance:set web retry-after 60").check()
                try await host.ssh("maintenance:custom-page web", input: "<h1>ours</h1>\n").check()
                let ours = try await host.request(host: app.domain)
                #expect(ours.status == 503 && ours.body == "<h1>ours</h1>\n", "\(ours)")
                #expect(ours.values("retry-after") == ["60"])

                try await host.ssh("maintenance:off web").check()
                #expect(try await app.get() == ("two web web.1 v2", "200"))
                #expect(try await host.ssh("maintenance:report web --maintenance-enabled").output == "false\n")
            }
        }

        @Test("It survives a rename; a page that is an archive with a link in it is refused")
        func renameAndArchive() async throws {
            try await TestHost.run { host in
                try await host.cairn("plugin:install", "maintenance").check()
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let pages = host.home + "/pages"
                try await host.run(
                    "/bin/sh",
                    [
                        "-c",
                        "mkdir \(pages) && cd \(pages) && echo '<h1>ours</h1>' >index.html && echo picture >logo.svg"
                            + " && tar -cf ../good.tar . && ln -s /etc/passwd leak && tar -cf ../bad.tar .",
                    ]
                ).check()
                let custom = "'\(host.executable)' maintenance:custom-page web"
                let environment = ["CAIRN_ROOT": host.root, "SSH_USER": "root"]
                let bad = try await host.run(
                    "/bin/sh", ["-c", "\(custom) < \(host.home)/bad.tar"], environment: environment)
                #expect(bad.status == 1 && bad.error.contains("'leak' in the archive is no plain file"), "\(bad)")
                try await host.run("/bin/sh", ["-c", "\(custom) < \(host.home)/good.tar"], environment: environment)
                    .check()
                try await host.cairn("maintenance:on", "web").check()
                #expect(try await host.request("/.cairn/maintenance/logo.svg", host: app.domain).body == "picture\n")
                try await host.cairn("apps:rename", "web", "shop").check()
                let renamed = try await host.request(host: "shop.test.local")
                #expect(renamed.status == 503 && renamed.body == "<h1>ours</h1>\n", "\(renamed)")
                try await host.cairn("maintenance:off", "shop").check()
                #expect(try await host.request(host: "shop.test.local").status == 200)
                #expect(try await host.cairn("maintenance:on", "web").status == 20)
            }
        }
    }
}
