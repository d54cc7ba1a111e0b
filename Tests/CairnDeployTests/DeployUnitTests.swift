import CairnCore
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

@testable import CairnDeploy

@Suite("Where an app listens")
struct DetectedPortTests {
    @Test("PORT of the config, else the lowest exposed port, else 5000")
    func order() {
        #expect(DetectedPort(config: ["PORT": "8080"], exposedPorts: [3000]).port == 8080)
        #expect(DetectedPort(config: [:], exposedPorts: [9000, 3000]).port == 3000)
        #expect(DetectedPort(config: [:], exposedPorts: []).port == 5000)
        #expect(DetectedPort(config: ["PORT": "70000"], exposedPorts: []).port == 5000)
    }
}

@Suite("Sockets of a network namespace")
struct ListeningSocketsTests {
    let head = "  sl  local_address rem_address   st tx_queue rx_queue\n"

    @Test("127.0.0.1 alone is loopback only; 0.0.0.0 is reachable")
    func tcp() {
        let loopback = ListeningSockets(tables: [head + "   0: 0100007F:1388 00000000:0000 0A 0:0\n"])
        #expect(loopback.isLoopbackOnly(5000))
        #expect(loopback.reachablePorts.isEmpty)
        let all = ListeningSockets(tables: [head + "   0: 00000000:1388 00000000:0000 0A 0:0\n"])
        #expect(!all.isLoopbackOnly(5000))
        #expect(all.reachablePorts == [5000])
    }

    @Test("Connections that are not listening do not count")
    func established() {
        let sockets = ListeningSockets(tables: [head + "   0: 00000000:1388 0200000A:C350 01 0:0\n"])
        #expect(sockets.sockets.isEmpty)
    }

    @Test("IPv6: :: is reachable, ::1 and ::ffff:127.0.0.1 are not")
    func tcp6() {
        func table(_ address: String) -> String { head + "   0: \(address):1388 0:0 0A 0:0\n" }
        #expect(ListeningSockets(tables: [table("00000000000000000000000000000000")]).reachablePorts == [5000])
        #expect(ListeningSockets(tables: [table("00000000000000000000000001000000")]).isLoopbackOnly(5000))
        #expect(ListeningSockets(tables: [table("0000000000000000FFFF00000100007F")]).isLoopbackOnly(5000))
    }
}

@Suite("Config that app.json declares")
struct DeclaredConfigTests {
    private func declared(_ text: String) throws -> [ConfigKey: AppJSON.EnvDeclaration] {
        try AppJSON(parsing: text).env
    }

    @Test("The first deploy sets defaults and secrets; what is set stays")
    func firstDeploy() throws {
        let env = try declared(#"{"env": {"A": "1", "B": {"generator": "secret"}, "C": "3"}}"#)
        let pairs = try DeclaredConfig(declared: env, isFirstDeploy: true).additions(to: ["C": "own"])
        #expect(pairs.map(\.key.rawValue) == ["A", "B"])
        #expect(pairs[0].value == "1")
        #expect(pairs[1].value.utf8.count == 64)
        let isHex = pairs[1].value.allSatisfy { $0.isHexDigit }
        #expect(isHex)
    }

    @Test("Later deploys set only what is to be kept in step")
    func laterDeploys() throws {
        let env = try declared(#"{"env": {"A": "1", "B": {"value": "2", "sync": true}}}"#)
        let pairs = try DeclaredConfig(declared: env, isFirstDeploy: false).additions(to: ["B": "old"])
        #expect(pairs == [try ConfigPair(parsing: "B=2")])
    }

    @Test("A required variable without a value fails the deploy")
    func required() throws {
        let env = try declared(#"{"env": {"KEY": {"required": true}}}"#)
        let error = #expect(throws: CairnError.self) {
            try DeclaredConfig(declared: env, isFirstDeploy: true).additions(to: [:])
        }
        #expect(error?.code == .invalidValue)
        #expect(error?.message == "app.json requires the config variable KEY, which has no value")
        #expect(try DeclaredConfig(declared: env, isFirstDeploy: true).additions(to: ["KEY": "x"]).isEmpty)
    }
}

@Suite("An app's network")
struct AppNetworkTests {
    @Test("Reserved addresses and the engine's own do not meet")
    func ranges() throws {
        let network = AppNetwork(subnet: try IPv4Subnet(parsing: "10.9.0.64/26"))
        #expect(network.gateway.description == "10.9.0.65")
        #expect(network.dynamicRange.description == "10.9.0.112/28")
        let reserved = network.reservedOffsets.map(network.subnet.address)
        #expect(reserved.first?.description == "10.9.0.66")
        #expect(reserved.allSatisfy { !network.dynamicRange.contains($0) })
    }
}

@Suite("The container of an instance")
struct InstanceContainerTests {
    @Test("Image by id, config and PORT in the environment, address reserved, command without a shell")
    func spec() throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        let app = try store.createApp(AppName(validating: "billing"))
        var content = Release.Content(
            source: "git-push", revision: "abc", builder: "dockerfile", config: ["SECRET": "s e\"c"])
        content.commands = ["web": "bin/serve --port $PORT", "worker": "a && b"]
        let release = try store.addRelease(
            of: app, imageID: "sha256:f00", imageTag: "t", content: content, description: "", actor: "tess")
        let names = [
            InstanceName(process: .web, index: 1), InstanceName(process: try .init(validating: "worker"), index: 2),
        ]
        let instances = try store.addCandidates(
            names, of: release, in: IPv4Subnet(parsing: "10.9.0.0/26"), offsets: 2..<48)
        let container = InstanceContainer(
            app: app, release: release, settings: ProcessSettings(), networkName: "net",
            labels: ["cairn.app": "billing"],
            namePrefix: "", nameServers: ["172.17.0.1", "192.0.2.53"], port: 5000)
        let web = try container.spec(of: instances[0])
        #expect(web.image == "sha256:f00")
        #expect(web.cmd == ["bin/serve", "--port", "5000"])
        #expect(web.env.contains("SECRET=s e\"c"))
        #expect(web.env.contains("PORT=5000"))
        #expect(web.env.contains("GIT_REV=abc"))
        #expect(web.endpoints["net"]?.ipv4Address == "10.9.0.2")
        #expect(web.endpoints["net"]?.aliases == ["web", "web.1", "web.billing"])
        #expect(web.hostConfig.dns == ["172.17.0.1", "192.0.2.53"])
        #expect(web.labels["cairn.instance"] == "\(instances[0].id)")
        #expect(web.hostConfig.restartPolicy?.name == "on-failure")
        #expect(web.hostConfig.restartPolicy?.maximumRetryCount == 10)
        let worker = try container.spec(of: instances[1])
        #expect(worker.cmd == ["/bin/sh", "-c", "a && b"])
        #expect(!worker.env.contains { $0.hasPrefix("PORT=") })
        #expect(container.name(of: instances[1]) == "billing.worker.2.\(instances[1].id)")
    }
}

@Suite("The deploy lock")
struct DeployLockTests {
    @Test("A second taker is told who holds it, and gets it when that one is gone")
    func exclusive() async throws {
        let path = NSTemporaryDirectory() + "/lock-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let lock = DeployLock(path: path, app: try AppName(validating: "web"))
        let holder = DeployLock.Holder(
            actor: "tess", since: Date(), pid: 4242, buildID: "b1", operation: "git-push")
        let held = try await lock.take(holder, waits: false, reporter: SilentReporter())
        #expect(lock.holder == holder)
        let error = await #expect(throws: CairnError.self) {
            _ = try await lock.take(holder, waits: false, reporter: SilentReporter())
        }
        #expect(error?.code == .deployLocked)
        #expect(error?.message.contains("git-push by tess, since 0 s, pid 4242") == true)

        async let waiter = lock.take(holder, waits: true, reporter: SilentReporter())
        held.release()
        try await waiter.release()
        #expect(lock.holder == nil)
    }
}
