import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Which buildpacks build an app, and in which version")
    struct BuildpackChoice {
        @Test("BUILDPACK_URL, then app.json, which goes before it; a new commit upstream is in the next build")
        func declared() async throws {
            try await TestHost.run { host in
                try await BuildpackServer.run(on: host) { server in
                    let first = try await server.publish("first")
                    let moody = try await server.publish("moody")
                    let app = try await SampleApp.forBuildpacks(
                        "web", on: host, files: ["Procfile": "web: perl server.pl\n"])
                    try await host.cairn("config:set", "web", "BUILDPACK_URL=\(first)").check()
                    let variable = try await app.push().check()
                    #expect(variable.error.contains("Using the buildpack of the config variable BUILDPACK_URL:"))
                    #expect(variable.error.contains("-----> First, version one"))
                    #expect(try await app.get().body == "one web web.1 v1")

                    let old = try app.release().content.build?.buildpacks
                    try server.write("first", "version", "two\n")
                    try await server.update("first")
                    let updated = try await app.change(to: "two").check()
                    #expect(updated.error.contains("-----> First, version two"))
                    #expect(try app.release().content.build?.buildpacks != old)

                    let manifest = #"{"buildpacks": [{"url": "\#(moody)"}, {"url": "\#(first)"}]}"#
                    try app.write(["app.json": manifest])
                    let declared = try await app.change(to: "three").check()
                    #expect(declared.error.contains("Using the buildpacks of app.json:"))
                    #expect(declared.error.contains("Moody app detected"))
                    #expect(declared.error.contains("First app detected"))
                    #expect(try app.release().content.build?.buildpacks.count == 2)
                    #expect(try await app.get().body == "three web web.1 v3")
                }
            }
        }

        @Test("A version of a language that cannot be had: one error, which names what can")
        func impossibleVersion() async throws {
            try await TestHost.run { host in
                let bundle = "/etc/ssl/certs/ca-certificates.crt"
                try await host.cairn("buildpacks:set-property", "--global", "ca-certificates", bundle).check()
                let app = try await SampleApp.ofFixture("python", on: host)
                try app.write([".python-version": "2.6\n"])
                try await app.commit("from long ago")
                let push = try await app.push()
                #expect(push.status != 0 && push.errorBlocks == 1, "\(push.error)")
                let lines = push.error.split(separator: "\n")
                let reason = try #require(lines.first { $0.contains("Python 2.6") && $0.contains(" ! ") })
                #expect(reason.contains("can't be") && reason.contains(".python-version"))
                // What the stack has can always be had.
                #expect(push.error.contains("\"3.11\""), "\(push.error)")
            }
        }
    }
}
