import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

extension HostTests {
    @Suite("Clients of Consul")
    struct DiscoveryClients {
        @Test(
            "py-consul makes its calls of the agent, catalog, health, keys and sessions, and sees what it sees of Consul",
            .enabled("needs py-consul; CAIRN_TEST_CONSUL_PYTHON names a Python that has it") {
                OutsideProgram.consulPython != nil
            })
        func python() async throws {
            try await TestHost.run { host in
                // Containers of others would be among what it lists.
                try await host.cairn("discovery:set", "--global", "register", "none").check()
                try await host.withDiscovery { _ in
                    let ours = try await pythonClient(host, port: host.httpPort)
                    #expect(ours["holder"] == .bool(true) && ours["woken"] == [true, []], "\(ours)")
                    guard OutsideProgram.consul != nil else { return }
                    try await withConsul(host) { port in
                        let theirs = try await pythonClient(host, port: port)
                        #expect(ours.keys.sorted() == theirs.keys.sorted())
                        for (key, value) in theirs { #expect(ours[key] == value, "\(key)") }
                    }
                }
            }
        }

        /// What the calls returned, by name.
        private func pythonClient(_ host: TestHost, port: Int) async throws -> [String: JSONValue] {
            let script = fixture("discovery/consul_client.py")
            let outcome = try await host.run(
                try #require(OutsideProgram.consulPython), ["-B", script, "\(port)"]
            ).check()
            guard case .object(let results) = try JSONValue(parsing: outcome.output, file: "its output") else {
                throw TestHostError("no object: \(outcome)")
            }
            return results
        }

        private func fixture(_ path: String) -> String {
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
                + "/Fixtures/" + path
        }

        @Test("A watcher of one service is told of each change once, and of nothing that happens to others")
        func watcher() async throws {
            try await TestHost.run { host in
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("ps:set", "web", "restart-policy", "no").check()
                try await app.push().check()
                try await host.withDiscovery { _ in
                    try await OutsideContainers.with(host.engine) { containers in
                        let other = containers.name("other")
                        let id = try await containers.start("other", service: other)
                        let asker = ConsulAsker(host)
                        #expect(try await eventually { try await asker.passing(other).count == 1 })
                        async let quiet = Watcher(asker, other).watch { $0.isEmpty }
                        async let changes = Watcher(asker, "web").watch { $0.isEmpty }
                        try await changeWeb(app, asker)
                        try await containers.remove(id)

                        let seen = try await changes
                        #expect(seen.map(\.healthy).contains(inOrder: [1, 2, 1, 2, 0]), "\(seen.map(\.healthy))")
                        expectEachOnce(seen)
                        let unrelated = try await quiet
                        #expect(unrelated.first?.healthy == 1 && unrelated.last?.entries == [])
                        // Its own end may take two steps: told to stop, gone.
                        #expect(unrelated.count <= 3, "\(unrelated)")
                        expectEachOnce(unrelated)
                    }
                }
            }
        }

        private func changeWeb(_ app: SampleApp, _ asker: ConsulAsker) async throws {
            let host = app.host
            try await host.cairn("ps:scale", "web", "web=2").check()
            #expect(try await eventually { try await asker.passing("web").count == 2 })
            let container = try await host.container(of: "web", "web.2")
            try await host.engine.killContainer(container)
            #expect(try await eventually { try await asker.passing("web").count == 1 })
            try await host.engine.startContainer(container)
            #expect(try await eventually { try await asker.passing("web").count == 2 })
            try await host.cairn("ps:stop", "web").check()
        }

        private func expectEachOnce(_ seen: [Watcher.Sight]) {
            for (earlier, later) in zip(seen, seen.dropFirst()) {
                #expect(later.index > earlier.index)
                #expect(later.body != earlier.body, "woken for nothing")
            }
        }
    }
}

/// What consul-template and its like do: ask, and ask again with the count of the answer, which is answered when something
/// has changed.
struct Watcher: Sendable {
    struct Sight: Sendable {
        let index: UInt64
        let body: String
        let entries: [HealthEntry]
        var healthy: Int { entries.count(where: \.isPassing) }
    }

    private let asker: ConsulAsker
    private let service: String

    init(_ asker: ConsulAsker, _ service: String) {
        self.asker = asker
        self.service = service
    }

    /// Watches until the service is in a state.
    func watch(until isOver: ([HealthEntry]) -> Bool) async throws -> [Sight] {
        var seen: [Sight] = []
        var index: UInt64 = 0
        repeat {
            let answer = try await asker.get("health/service/\(service)?index=\(index)&wait=120s", limit: 180)
            // When the time is up, the count is the same, and nothing is new.
            if answer.index == index { continue }
            index = answer.index
            seen.append(
                Sight(
                    index: index, body: answer.body,
                    entries: try JSONDecoder().decode([HealthEntry].self, from: Data(answer.body.utf8))))
        } while !isOver(seen.last?.entries ?? [])
        return seen
    }
}

extension [Int] {
    /// Whether the steps are all there in this order; others may be between them, such as a copy that is entered before it
    /// is well.
    fileprivate func contains(inOrder steps: [Int]) -> Bool {
        var left = steps[...]
        for step in self where left.first == step { left = left.dropFirst() }
        return left.isEmpty
    }
}
