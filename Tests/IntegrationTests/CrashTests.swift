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
        /// The steps at which a deploy can die, and which release serves afterwards.
        static let steps = DeployStep.allCases.filter { $0 != .tasked }

        @Test("kill -9 at every step: the old or the new release serves, and reconcile makes all whole")
        func everyStep() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await app.push().check()
                let name = try AppName(validating: "web")
                for step in Self.steps {
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

        /// One container for each row, one live copy, no unfinished release, and nothing left to do.
        private func expectWhole(_ host: TestHost, _ name: AppName, _ step: DeployStep) async throws {
            let store = try host.store()
            let app = try store.app(name)
            let instances = try store.instances(of: app)
            #expect(instances.filter { $0.state == .live }.count == 1, "\(step)")
            #expect(instances.allSatisfy { $0.state != .candidate }, "\(step)")
            #expect(try store.releases(of: app).allSatisfy { $0.status != .pending }, "\(step)")
            let containers = try await host.engine.listContainers(
                all: true, labels: ["cairn.app=web", "cairn.root=\(try store.installationID())"])
            let known = Set(instances.compactMap(\.containerID))
            #expect(Set(containers.map(\.id)).isSubset(of: known), "\(step)")
            let plan = try await host.cairn("reconcile", "--plan").check()
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
