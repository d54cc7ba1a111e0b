import CairnCore
import CairnStore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Code of other repositories")
    struct GitFromRemotes {
        @Test("git:sync fetches a branch, a tag and a commit over ssh, and builds as its flags say")
        func sync() async throws {
            try await TestHost.run { host in
                let origin = try await SampleApp.withoutCopies("origin", on: host)
                try await origin.push().check()
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("ps:scale", "web", "web=0").check()
                let remote = host.remote("origin")

                let stranger = try await host.cairn("git:sync", "web", remote)
                #expect(stranger.status == 1 && stranger.error.contains("git:allow-host"), "\(stranger)")
                let allowed = try await host.cairn("git:allow-host", "127.0.0.1:\(host.sshPort)").check()
                #expect(allowed.output.contains("added to known hosts") && allowed.output.contains("SHA256:"))
                let key = try await host.cairn("git:public-key").check().output
                let again = try await host.cairn("git:generate-deploy-key").check()
                #expect(again.error.contains("A deploy key already exists for this host"))
                let closed = try await host.cairn("git:sync", "web", remote)
                #expect(closed.status == 1 && closed.error.contains("git:public-key"), "\(closed)")
                try await host.cairn("ssh-keys:add", "deploy", input: key).check()

                let cloned = try await host.cairn("git:sync", "web", remote).check()
                #expect(cloned.output.contains("Cloning web from \(remote)#HEAD"))
                let first = try await origin.revision()
                #expect(try await host.tip(of: "web") == first)
                #expect(try host.release(of: "web") == nil)
                let ahead = try await host.cairn("git:status", "web").check()
                #expect(ahead.output.contains("Nothing is deployed"))
                let told = try await host.cairn("git:status", "web", "--format", "json").check().output
                #expect(told.contains(#""commit":"\#(first)","deployed":false,"release":null"#), "\(told)")
                try await host.cairn("ps:rebuild", "web").check()
                let status = try await host.cairn("git:status", "web", "--format", "json").check().output
                #expect(status.contains(#""deployed":true,"release":1,"release_commit":"\#(first)""#), "\(status)")

                let unchanged = try await host.cairn("git:sync", "--build-if-changes", "web", remote).check()
                #expect(unchanged.output.contains("Skipping build as no changes were detected"))
                #expect(try host.release(of: "web")?.version == 1)
                try await origin.change(to: "two").check()
                try await host.cairn("git:sync", "--build", "--build-if-changes", "web", remote, "main").check()
                #expect(try await host.cairn("run", "web", "cat message").lines == ["two"])
                let release = try #require(try host.release(of: "web"))
                #expect(release.version == 2 && release.content.source == "git-sync")

                try await host.git("tag", "-a", "-m", "old", "v1", first, in: origin.directory).check()
                try await origin.push(ref: "v1").check()
                try await host.cairn("git:sync", "--build", "web", remote, "v1").check()
                #expect(try await host.cairn("run", "web", "cat message").lines == ["one"])
                let second = try await origin.revision()
                try await host.cairn("git:sync", "--build", "web", remote, second).check()
                #expect(try await host.cairn("run", "web", "cat message").lines == ["two"])
                try await host.cairn("git:sync", "--build", "web", remote, String(first.prefix(9))).check()
                #expect(try await host.tip(of: "web") == first)

                try origin.write(["Dockerfile": "FROM debian:bookworm-slim\nRUN exit 9\n"])
                try await origin.commit("does not build")
                try await origin.push(ref: "main:topic").check()
                let broken = try await host.cairn("git:sync", "--build", "web", remote, "topic")
                #expect(broken.status == 1 && broken.error.contains("E-BUILD-FAILED"), "\(broken)")
                let none = try await host.cairn("git:sync", "web", remote, "nowhere")
                #expect(none.status == 1 && none.error.contains("no branch, tag or commit 'nowhere'"), "\(none)")
                #expect(try await host.tip(of: "web") == first)
                #expect(try await host.references(of: "web") == ["refs/heads/main"])
                #expect(try await host.cairn("run", "web", "cat message").lines == ["one"])
            }
        }

        @Test("The first code names the deploy branch unless it shall not; addresses that run programs are refused")
        func branches() async throws {
            try await TestHost.run { host in
                let origin = try await SampleApp.withoutCopies("origin", on: host)
                try await host.cairn("git:set", "origin", "deploy-branch", "trunk").check()
                try await origin.push(ref: "main:trunk").check()
                try await host.cairn("git:allow-host", "127.0.0.1:\(host.sshPort)").check()
                try await host.cairn("ssh-keys:add", "deploy", input: host.cairn("git:public-key").check().output)
                    .check()
                for name in ["one", "two"] { try await host.cairn("apps:create", name).check() }
                try await host.cairn("git:sync", "one", host.remote("origin"), "trunk").check()
                #expect(
                    try await host.cairn("git:report", "one", "--git-deploy-branch").check().lines == ["trunk"])
                try await host.cairn("git:sync", "--skip-deploy-branch", "two", host.remote("origin"), "trunk").check()
                #expect(try await host.tip(of: "two") == origin.revision())
                for remote in ["ext::sh -c 'touch /tmp/x'", "--upload-pack=touch", "file:///etc", "/srv/x"] {
                    let outcome = try await host.ssh("git:sync one -- \(ShellWords.quote(remote))")
                    #expect(outcome.status == 1 && outcome.error.contains("E-NOT-ALLOWED"), "\(outcome)")
                }
            }
        }

        @Test("Passwords are kept for the host's owner alone, and come from standard input too")
        func passwords() async throws {
            try await TestHost.run { host in
                let file = host.root + "/.netrc"
                let set = try await host.cairn("git:auth", "example.com", "me", "secret").check()
                #expect(set.output.contains("-----> Setting netrc auth entry for host example.com"))
                try await host.ssh("git:auth other.example.com you", input: "token\n").check()
                #expect(
                    try String(contentsOfFile: file, encoding: .utf8)
                        == "machine example.com login me password secret\nmachine other.example.com login you password token\n"
                )
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                #expect(try await host.cairn("git:auth-status", "example.com", "me").status == 0)
                #expect(try await host.cairn("git:auth-status", "example.com", "you").status == 1)
                let empty = try await host.cairn("git:auth", "example.com", "me")
                #expect(empty.status == 1 && empty.error.contains("Missing password for netrc auth entry"))
                let removed = try await host.cairn("git:auth", "example.com").check()
                #expect(removed.output.contains("Removing netrc auth entry for host example.com"))
                #expect(try await host.cairn("git:auth-status", "example.com").status == 0)
            }
        }
    }
}
