import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Glibc
import Testing

extension HostTests {
    @Suite("Churn", .enabled("needs to start an engine of its own") { PrivateEngine.isPossible })
    struct DiscoveryChurn {
        @Test(
            """
            200 containers come and go while the daemon is killed ten times and the engine ends twice: afterwards HTTP, DNS \
            and nginx have what runs, and no app has answered for another
            """)
        func churn() async throws {
            let seed =
                ProcessInfo.processInfo.environment["CAIRN_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 1 ... .max)
            print("churn: CAIRN_TEST_SEED=\(seed)")
            try await PrivateEngine.run { engine in
                try await TestHost.run(settings: ["CAIRN_ENGINE_SOCKET": engine.socket]) { host in
                    let apps = try await twoApps(host)
                    try await host.withDiscovery { daemon in
                        try await OutsideContainers.with(host.engine) { containers in
                            let answers = try await Callers.during(apps) {
                                try await Disturbance(host: host, engine: engine, daemon: daemon, seed: seed)
                                    .run(containers)
                            }
                            #expect(answers.wrong == [], "of \(answers.right) right ones")
                            #expect(answers.right > 100)
                            try await expectWhole(Whole(host: host, apps: apps.map(\.name), containers: containers))
                        }
                    }
                }
            }
        }

        /// Of two and one copies.
        private func twoApps(_ host: TestHost) async throws -> [SampleApp] {
            try await host.cairn("checks:set", "--global", "wait-to-retire", "0").check()
            var apps: [SampleApp] = []
            for name in ["one", "two"] {
                let app = try await SampleApp(name, on: host)
                try await app.push().check()
                apps.append(app)
            }
            try await host.cairn("ps:scale", "one", "web=2").check()
            return apps
        }

        private func expectWhole(_ whole: Whole) async throws {
            let differences = {
                let runs = try await whole.running()
                let copies = runs.copies.values.flatMap { $0 }
                return try await whole.differences(from: runs) + (copies.count == 3 ? [] : ["\(copies) of apps run"])
            }
            try await expectSoon(differences, within: .seconds(180)) { $0.isEmpty }
        }
    }
}

/// Ten rounds of starting and removing containers in lanes beside each other, in each of which the daemon is killed, and in
/// two of which the engine ends.
private struct Disturbance {
    let host: TestHost
    let engine: PrivateEngine
    let daemon: ServerProcess
    let seed: UInt64

    private static let rounds = 10
    private static let lanes = 4
    private static let startsPerLaneAndRound = 5

    func run(_ containers: OutsideContainers) async throws {
        let lanes = (0..<Self.lanes).map { ContainerLane(number: $0, seed: seed &+ UInt64($0), containers) }
        var random = SeededGenerator(seed: seed &+ 1_000)
        for round in 0..<Self.rounds {
            let (starts, source) = AsyncStream<Void>.makeStream()
            let moment = Int.random(in: 1...10, using: &random)
            try await withThrowingDiscardingTaskGroup { group in
                for lane in lanes {
                    group.addTask { try await lane.start(Self.startsPerLaneAndRound) { source.yield() } }
                }
                group.addTask {
                    var passed = 0
                    for await _ in starts {
                        passed += 1
                        if passed == moment { break }
                    }
                    try await disturb(round)
                }
            }
        }
        var started = 0
        for lane in lanes { started += await lane.started }
        #expect(started == Self.rounds * Self.lanes * Self.startsPerLaneAndRound)
    }

    private func disturb(_ round: Int) async throws {
        switch round {
        case 3:
            // The daemon sees the engine die and come back.
            try await restartDaemon()
            engine.kill()
            try await engine.start()
        case 7:
            // The daemon dies while the engine is gone.
            engine.stop()
            daemon.stop(by: SIGKILL)
            try await daemon.start(until: .unixSocket(host.settings.daemonSocket))
            try await engine.start()
        default:
            try await restartDaemon()
        }
    }

    private func restartDaemon() async throws {
        daemon.stop(by: SIGKILL)
        try await daemon.start(until: .unixSocket(host.settings.daemonSocket))
    }
}

/// What runs, and what Cairn says of it.
private struct Whole {
    struct Running {
        /// Ids of instances with their places, of containers that are not Cairn's.
        var instances: Set<String> = []
        /// Addresses of the running copies, by app.
        var copies: [String: [String]] = [:]
    }

    let host: TestHost
    let apps: [String]
    let containers: OutsideContainers

    /// What the engine's list of containers says.
    func running() async throws -> Running {
        var running = Running()
        let node = try await ConsulAsker(host).get([Node].self, "catalog/nodes").first?.Node ?? ""
        for summary in try await containers.all() where summary.state == .running {
            let container = try await host.engine.inspectContainer(summary.id)
            for port in container.publishedPorts {
                let inside = port.containerPort.prefix { $0 != "/" }
                running.instances.insert("\(node):\(container.name):\(inside) at \(port.hostIP):\(port.hostPort)")
            }
        }
        for app in apps {
            running.copies[app] = try await host.containers(of: app).filter { $0.state == .running }
                .flatMap { $0.networks.values.map(\.ipAddress) }.sorted()
        }
        return running
    }

    private struct Node: Decodable { let Node: String }

    /// What HTTP, DNS and nginx have that is not so, in words.
    func differences(from running: Running) async throws -> [String] {
        var differences: [String] = []
        func compare<Value: Equatable>(_ what: String, _ says: Value, _ isSo: Value) {
            if says != isSo { differences.append("\(what) is \(says), and should be \(isSo)") }
        }
        let asker = ConsulAsker(host)
        var instances: Set<String> = []
        for name in try await asker.get([String: [String]].self, "catalog/services").keys
        where name != "consul" && !apps.contains(name) {
            let passing = try await asker.entries(name).filter(\.isPassing)
            instances.formUnion(passing.map { "\($0.Service.ID) at \($0.place)" })
            compare(
                "\(name) in DNS", try await servicePorts("\(name).service.cairn"),
                passing.map(\.Service.Port).sorted())
        }
        compare("the catalog of containers", instances.sorted(), running.instances.sorted())
        for app in apps {
            let copies = running.copies[app] ?? []
            let places = copies.map { "\($0):5000" }
            compare("\(app) in HTTP", try await asker.passing(app), places)
            compare("\(app) in DNS", try await host.dig("web.\(app).cairn").values, copies)
            compare("\(app) in nginx", try await endpoints(app), places)
        }
        return differences
    }

    private func servicePorts(_ name: String) async throws -> [Int] {
        try await host.dig(name, "SRV").values.compactMap { record in
            record.split(separator: " ").dropFirst(2).first.flatMap { Int($0) }
        }.sorted()
    }

    /// Where nginx sends requests for an app.
    private func endpoints(_ app: String) async throws -> [String] {
        let socket = host.settings.nginxRoot + "/run/control.sock"
        let answer = try await host.run(
            "/usr/bin/curl", ["--silent", "--unix-socket", socket, "http://nginx/endpoints?app=\(app)"]
        ).check()
        return answer.output.split(whereSeparator: \.isWhitespace).dropFirst().map(String.init).sorted()
    }
}
