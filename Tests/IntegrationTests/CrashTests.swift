import CairnCore
import CairnDeploy
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Crash-only")
    struct Crashes {
        @Test("kill -9 at every step: the old or the new release serves, and reconcile makes all whole")
        func everyStep() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp(
                    "web", on: host, files: ["Procfile": "web: perl server.pl\nrelease: true\n"])
                try await app.push().check()
                let name = try AppName(validating: "web")
                for step in DeployStep.allCases {
                    let before = try await app.get().body
                    try app.write(["message": "after \(step.rawValue)\n"])
                    try await app.commit(step.rawValue)
                    // A push carries no variable over ssh, so the code is stored first, and the rebuild is what dies.
                    try await host.git(
                        "--git-dir", host.settings.repository(of: name), "fetch", "--quiet", app.directory,
                        "+main:main",
                        in: app.directory
                    ).check()
                    let killed = try await host.cairn(
                        "ps:rebuild", "web", environment: ["CAIRN_CRASH_AT": step.rawValue])
                    #expect(killed.status == 128 + 9, "\(step)")

                    let serving = try await app.get()
                    #expect(serving.status == "200", "\(step)")
                    let isCommitted = step.isAfterCommit
                    if !isCommitted { #expect(serving.body == before, "\(step)") }

                    try await host.cairn("reconcile").check()
                    let whole = try await app.get().body
                    #expect(whole.hasPrefix(isCommitted ? "after \(step.rawValue) " : before), "\(step): \(whole)")
                    try await expectWhole(host, name, step)
                }
            }
        }

        @Test("kill -9 while a release task runs: its container goes on, the old release serves, reconcile removes it")
        func releaseTask() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                try app.write(["message": "two\n", "Procfile": "web: perl server.pl\nrelease: sleep 3600\n"])
                try await app.commit("a task that takes its time")
                let name = try AppName(validating: "web")
                let repository = host.settings.repository(of: name)
                try await host.git(
                    "--git-dir", repository, "fetch", "--quiet", app.directory, "+main:main", in: app.directory
                ).check()
                let killed = try await host.cairn("ps:rebuild", "web", environment: ["CAIRN_CRASH_AT": "tasking"])
                #expect(killed.status == 128 + 9, "\(killed)")
                let tasks = try await host.containers(of: "web").filter { $0.labels["cairn.kind"] == "task" }
                #expect(tasks.map(\.state) == [.running])
                #expect(try await app.get() == ("one web web.1 v1", "200"))

                try await host.cairn("reconcile", "web").check()
                #expect(try await app.get() == ("one web web.1 v1", "200"))
                try await expectWhole(host, name, .tasking)
            }
        }

        @Test("kill -9 in a first deploy: nothing half made serves, and the next deploy works")
        func firstDeploy() async throws {
            try await TestHost.run { host in
                for step in [DeployStep.recorded, .built, .released, .networked, .created, .gated, .routed, .committed]
                {
                    let app = try await SampleApp("first-\(step.rawValue)", on: host)
                    let name = try AppName(validating: app.name)
                    try await host.cairn("apps:create", app.name).check()
                    try await host.git(
                        "--git-dir", host.settings.repository(of: name), "fetch", "--quiet", app.directory,
                        "+main:main",
                        in: app.directory
                    ).check()
                    let killed = try await host.cairn(
                        "ps:rebuild", app.name, environment: ["CAIRN_CRASH_AT": step.rawValue])
                    #expect(killed.status == 128 + 9, "\(step)")
                    if !step.isAfterCommit { #expect(try await app.get().status != "200", "\(step)") }
                    try await host.cairn("reconcile", app.name).check()
                    if step.isAfterCommit {
                        #expect(try await app.get().body.hasPrefix("one \(app.name) web.1 v1"), "\(step)")
                        try await expectWhole(host, name, step)
                    } else {
                        #expect(try await app.get().status != "200", "\(step)")
                        #expect(try await host.containers(of: app.name).isEmpty, "\(step)")
                    }
                    try await host.cairn("ps:rebuild", app.name).check()
                    #expect(try await app.get().status == "200", "\(step)")
                    try await expectWhole(host, name, step)
                }
            }
        }

        @Test(
            "kill -9 of the hook of a push: the branch does not move; the same push again makes branch and release agree"
        )
        func push() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let repository = host.settings.repository(of: try AppName(validating: "web"))
                for step in [DeployStep.built, .started, .committed, .finished] {
                    let before = try await app.get().body
                    try app.write(["message": "after \(step.rawValue)\n"])
                    try await app.commit(step.rawValue)
                    // Over ssh no variable comes through; git runs the same hook for a path.
                    let killed = try await host.git(
                        "push", repository, "main", in: app.directory, environment: ["CAIRN_CRASH_AT": step.rawValue])
                    #expect(killed.status != 0, "\(step): \(killed)")
                    let branch = try await host.git("--git-dir", repository, "rev-parse", "main", in: app.directory)
                    let former = try await host.git("rev-parse", "HEAD~1", in: app.directory)
                    #expect(branch.output == former.output, "\(step)")
                    let serving = try await app.get()
                    #expect(serving.status == "200", "\(step)")
                    if !step.isAfterCommit { #expect(serving.body == before, "\(step)") }

                    try await app.push().check()
                    #expect(try await app.get().body.hasPrefix("after \(step.rawValue) "), "\(step)")
                    try await expectWhole(host, try AppName(validating: "web"), step)
                }
            }
        }

        @Test("kill -9 in ps:scale: the old or the new scale runs, and reconcile makes all whole")
        func scaling() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                for step in [DeployStep.reserved, .created, .gated, .committed, .published] {
                    let killed = try await host.cairn(
                        "ps:scale", "web", "web=3", environment: ["CAIRN_CRASH_AT": step.rawValue])
                    #expect(killed.status == 128 + 9, "\(step)")
                    #expect(try await app.get().status == "200", "\(step)")
                    try await host.cairn("reconcile").check()
                    let store = try host.store()
                    let live = try store.instances(of: store.app(AppName(validating: "web"))).filter {
                        $0.state == .live
                    }
                    #expect(live.count == (step.isAfterCommit ? 3 : 1), "\(step)")
                    for _ in 0..<6 { #expect(try await app.get().status == "200", "\(step)") }
                    try await host.cairn("ps:scale", "web", "web=1").check()
                }
            }
        }

        /// One container for each row, one live copy, no unfinished release or build, and nothing left to do.
        private func expectWhole(_ host: TestHost, _ name: AppName, _ step: DeployStep) async throws {
            let store = try host.store()
            let app = try store.app(name)
            let instances = try store.instances(of: app)
            #expect(instances.filter { $0.state == .live }.count == 1, "\(step)")
            #expect(instances.allSatisfy { $0.state != .candidate }, "\(step)")
            #expect(try store.releases(of: app).allSatisfy { $0.status != .pending }, "\(step)")
            #expect(try store.builds(of: app).allSatisfy { $0.status != .running }, "\(step)")
            let containers = try await host.containers(of: name.rawValue)
            let known = Set(instances.compactMap(\.containerID))
            #expect(Set(containers.map(\.id)).isSubset(of: known), "\(step)")
            let plan = try await host.cairn("reconcile", "--plan", name.rawValue).check()
            #expect(!plan.output.contains("start ") && !plan.output.contains("bring back"), "\(step): \(plan.output)")
        }
    }
}

extension DeployStep {
    var isAfterCommit: Bool {
        let all = Self.allCases
        guard let own = all.firstIndex(of: self), let commit = all.firstIndex(of: .committed) else { return false }
        return own >= commit
    }
}
