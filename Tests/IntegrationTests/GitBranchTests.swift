import CairnStore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Branches and references")
    struct GitBranches {
        @Test("Another branch is stored with a message; the first main or master to arrive is deployed from then on")
        func branches() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp.withoutCopies("web", on: host)
                let feature = try await app.push(ref: "main:feature").check()
                #expect(feature.error.contains("Nothing was deployed: 'feature' is stored"))
                #expect(feature.error.contains("main or master"))
                #expect(feature.error.contains("git push <remote> feature:main"))
                #expect(try await app.stored("refs/heads/feature") == app.revision())
                #expect(try app.liveVersions().isEmpty)
                #expect(try await host.cairn("builds:list", "web").output.contains("No builds"))

                let master = try await app.push(ref: "main:master").check()
                #expect(master.error.contains("Set master as deploy-branch"))
                #expect(try app.liveVersions() == [1])
                #expect(try await host.cairn("git:report", "web", "--git-deploy-branch").output == "master\n")

                try await app.commit("second")
                let main = try await app.push(ref: "main").check()
                #expect(main.error.contains("you must push to master"))
                #expect(try await app.stored("refs/heads/main") == app.revision())
                #expect(try app.liveVersions() == [1])
                try await deletions(app)
                try await chosenBranch(app)
            }
        }

        /// The deploy branch stays; others may go.
        private func deletions(_ app: SampleApp) async throws {
            let refused = try await app.push(ref: ":master")
            #expect(refused.status != 0)
            #expect(refused.error.contains("'master' cannot be deleted"))
            #expect(refused.error.contains("E-NOT-ALLOWED"))
            #expect(try await app.stored("refs/heads/master") != nil)
            try await app.push(ref: ":feature").check()
            #expect(try await app.stored("refs/heads/feature") == nil)
        }

        /// `git:set` decides over what was found.
        private func chosenBranch(_ app: SampleApp) async throws {
            try await app.host.ssh("git:set web deploy-branch release/1.0").check()
            let old = try await app.push(ref: "main:master").check()
            #expect(old.error.contains("you must push to release/1.0"))
            #expect(try app.liveVersions() == [1])
            try await app.push(ref: "main:release/1.0").check()
            #expect(try app.liveVersions() == [2, 1])
            #expect(try app.liveRevision() == (try await app.revision()))
        }

        @Test(
            "Several references in one push: one deploy; a force push deploys; an unforced one of the same is refused")
        func severalAndForced() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp.withoutCopies("web", on: host)
                try await host.git("tag", "-a", "-m", "one", "v1", in: app.directory).check()
                let push = try await host.git(
                    "push", "cairn", "main", "main:feature", "main:refs/notes/x", "v1", in: app.directory
                ).check()
                #expect(push.error.components(separatedBy: "Application deployed").count == 2)
                for reference in ["refs/heads/main", "refs/heads/feature", "refs/notes/x", "refs/tags/v1^{commit}"] {
                    #expect(try await app.stored(reference) == app.revision(), "\(reference)")
                }
                #expect(try app.liveVersions() == [1])
                let nothing = try await app.push().check()
                #expect(nothing.error.contains("Everything up-to-date"))
                #expect(try app.liveVersions() == [1])

                let first = try await app.revision()
                try app.write(["message": "other history\n"])
                try await host.git("commit", "--quiet", "--all", "--amend", "-m", "amended", in: app.directory).check()
                let plain = try await app.push()
                #expect(plain.status != 0)
                #expect(plain.error.contains("non-fast-forward"))
                #expect(try await app.stored() == first)
                try await app.push("--force").check()
                #expect(try await app.stored() == app.revision())
                #expect(try app.liveRevision() == (try await app.revision()))
                #expect(try app.liveVersions() == [2, 1])
            }
        }

        @Test("Without auto-creation a push to a new name is refused and leaves nothing")
        func noAutocreation() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:set", "--global", "disable-autocreation", "true").check()
                let refused = try await app.push()
                #expect(refused.status != 0)
                #expect(refused.error.contains("does not exist"))
                #expect(refused.error.contains("cairn apps:create web"))
                #expect(try await host.cairn("apps:exists", "web").status == 20)
                #expect(!FileManager.default.fileExists(atPath: host.root + "/repos/web.git"))
                try await host.ssh("apps:create web").check()
                try await host.ssh("ps:scale web web=0").check()
                try await app.push().check()
                #expect(try app.liveVersions() == [1])
            }
        }
    }
}
