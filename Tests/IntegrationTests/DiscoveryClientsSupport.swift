import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation
import Glibc
import Testing

/// Programs of others that Cairn's discovery works with, where the machine has them. `Tests/run` gets them, and names those
/// that are not installed for the whole machine in variables.
enum OutsideProgram {
    static let etcd = named("CAIRN_TEST_ETCD")
    static let consul = named("CAIRN_TEST_CONSUL")
    /// A Python that has py-consul.
    static let consulPython = named("CAIRN_TEST_CONSUL_PYTHON")
    static let haproxy = installed("/usr/sbin/haproxy")
    static let prometheus = installed("/usr/bin/prometheus")

    private static func named(_ variable: String) -> String? {
        ProcessInfo.processInfo.environment[variable].flatMap(installed)
    }

    private static func installed(_ path: String) -> String? { access(path, X_OK) == 0 ? path : nil }

    /// Whether programs can be given another /etc/resolv.conf than the machine's, which unshare(1) and mount(8) need root
    /// and CAP_SYS_ADMIN for.
    static let canHaveOwnResolver: Bool = {
        guard geteuid() == 0 else { return false }
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let capabilities = line.flatMap { UInt64($0.split(whereSeparator: \.isWhitespace).last ?? "", radix: 16) } ?? 0
        return capabilities >> 21 & 1 == 1
    }()
}

/// Waits until a value is as it should be, and shows the last one if it never is.
func expectSoon<Value>(
    _ value: () async throws -> Value, within limit: Duration = .seconds(60),
    sourceLocation: SourceLocation = #_sourceLocation, is isRight: (Value) -> Bool
) async throws {
    var last = try await value()
    let came = try await eventually(within: limit) {
        last = try await value()
        return isRight(last)
    }
    #expect(came, "it is \(last)", sourceLocation: sourceLocation)
}

/// An instance of a service with its checks, as `/v1/health/service/…` shows it in Cairn and in Consul.
struct HealthEntry: Decodable, Hashable {
    struct Instance: Decodable, Hashable {
        let ID: String
        let Address: String
        let Port: Int
    }
    struct Check: Decodable, Hashable {
        let CheckID: String
        let Status: String
    }

    let Service: Instance
    let Checks: [Check]

    var isPassing: Bool { Checks.allSatisfy { $0.Status == "passing" } }
    var place: String { "\(Service.Address):\(Service.Port)" }
}

/// Asks a server of Consul's HTTP interface, Cairn's or Consul's own.
struct ConsulAsker: Sendable {
    let host: TestHost
    let port: Int

    /// Cairn's.
    init(_ host: TestHost) { self.init(host, port: host.httpPort) }

    init(_ host: TestHost, port: Int) {
        self.host = host
        self.port = port
    }

    /// The body of a GET request, and the count that a blocking query goes on from.
    ///
    /// - Parameter limit: Seconds that the server may take.
    func get(_ path: String, limit: Int = 60) async throws -> (body: String, index: UInt64) {
        let reply = try await host.request(
            "/v1/" + path, host: "127.0.0.1", port: port, options: ["--max-time", "\(limit)"])
        guard reply.status == 200 else { throw TestHostError("\(path): \(reply)") }
        return (reply.body, reply.values("x-consul-index").first.flatMap { UInt64($0) } ?? 0)
    }

    func get<Value: Decodable>(_ type: Value.Type, _ path: String) async throws -> Value {
        try JSONDecoder().decode(type, from: Data(try await get(path).body.utf8))
    }

    func entries(_ service: String) async throws -> [HealthEntry] {
        try await get([HealthEntry].self, "health/service/\(service)")
    }

    /// Where the instances are that are well, in order.
    func passing(_ service: String) async throws -> [String] {
        try await entries(service).filter(\.isPassing).map(\.place).sorted()
    }
}

/// Containers that are not Cairn's, as a person would start them. They go when the body is done.
final class OutsideContainers: Sendable {
    let engine: EngineClient
    /// What all names begin with, so that tests beside each other have services of their own.
    let prefix: String

    private init(_ engine: EngineClient) {
        self.engine = engine
        prefix = "t\(UInt32.random(in: 0x10000...0xFFFFFFF))"
    }

    static func with(_ engine: EngineClient, _ body: (OutsideContainers) async throws -> Void) async throws {
        let containers = OutsideContainers(engine)
        do { try await body(containers) } catch {
            await containers.removeAll()
            throw error
        }
        await containers.removeAll()
    }

    func name(_ name: String) -> String { "\(prefix)-\(name)" }

    /// What all containers carry, by which they are found at the end, also at that of `Tests/run`.
    private var labels: [String: String] {
        let run = ProcessInfo.processInfo.environment["CAIRN_TEST_ID"] ?? "none"
        return ["cairn.test": run, "cairn.test.containers": prefix]
    }

    /// Starts a container that does nothing.
    ///
    /// - Parameters:
    ///   - name: Without the prefix.
    ///   - service: The name of its services; nil for that of the image.
    ///   - ports: Ports inside, published at ports of loopback that the engine picks.
    /// - Returns: The container's id.
    @discardableResult
    func start(
        _ name: String, service: String? = nil, labels more: [String: String] = [:], ports: [Int] = [80],
        command: String = "trap 'exit 0' TERM; sleep infinity & wait", restart: HostConfig.RestartPolicy = .no
    ) async throws -> String {
        var spec = ContainerSpec(
            image: "debian:bookworm-slim", cmd: ["sh", "-c", command], labels: labels.merging(more) { $1 })
        if let service { spec.labels["SERVICE_NAME"] = service }
        spec.exposedPorts = ports.map { "\($0)/tcp" }
        spec.hostConfig.portBindings = ports.map {
            HostConfig.PortBinding(containerPort: "\($0)/tcp", hostIP: "127.0.0.1")
        }
        spec.hostConfig.restartPolicy = restart
        let id = try await engine.createContainer(name: self.name(name), spec)
        try await engine.startContainer(id)
        return id
    }

    /// Ends one and takes it away, running or not.
    func remove(_ id: String) async throws { try await engine.removeContainer(id, force: true, volumes: true) }

    /// Those that there are.
    func all() async throws -> [ContainerSummary] {
        try await engine.listContainers(all: true, labels: ["cairn.test.containers=\(prefix)"])
    }

    private func removeAll() async {
        for container in (try? await all()) ?? [] { try? await remove(container.id) }
    }
}
