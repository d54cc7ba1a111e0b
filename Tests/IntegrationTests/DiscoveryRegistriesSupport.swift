import CairnCore
import CairnTestSupport
import Foundation
import Testing

/// Real registries beside a test host, and what they say.
struct Registries: Sendable {
    let host: TestHost
    let consul: ConsulAsker
    let etcdPort: Int
    let directory: String

    /// For `discovery:set --global backends`.
    var urls: String {
        "consul://127.0.0.1:\(consul.port) etcd://127.0.0.1:\(etcdPort)/services"
            + " skydns2://127.0.0.1:\(etcdPort)/cluster.local directory://\(directory)"
    }

    /// Where each registry says that the instances of a service are: Consul, etcd, SkyDNS's records, the directory.
    func places(_ service: String) async throws -> [[String]] {
        [
            try await consul.entries(service).map(\.place).sorted(),
            try await etcdKeys(host, etcdPort, "/services/\(service)/").map(\.value).sorted(),
            try await etcdKeys(host, etcdPort, "/skydns/local/cluster/\(service)/").map {
                let record = try JSONDecoder().decode(SkyDNSRecord.self, from: Data($0.value.utf8))
                return "\(record.host):\(record.port)"
            }.sorted(),
            try documents(service).map { "\($0.address):\($0.port)" }.sorted(),
        ]
    }

    /// How the files say that the instances of a service are.
    func files(_ service: String) throws -> [String] { try documents(service).map(\.status).sorted() }

    private struct SkyDNSRecord: Decodable {
        let host: String
        let port: Int
    }

    private struct Document: Decodable {
        let name: String
        let address: String
        let port: Int
        let status: String
    }

    private func documents(_ service: String) throws -> [Document] {
        let names = try FileManager.default.entries(directory).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
        // One that went since it was listed is none.
        let found = names.compactMap { FileManager.default.contents(atPath: "\(directory)/\($0)") }
        return try found.map { try JSONDecoder().decode(Document.self, from: $0) }.filter { $0.name == service }
    }
}

/// What etcd has below a key.
func etcdKeys(_ host: TestHost, _ port: Int, _ prefix: String) async throws -> [(key: String, value: String)] {
    struct Answer: Decodable {
        struct Pair: Decodable {
            let key: Data
            let value: Data?
        }
        let kvs: [Pair]?
    }
    // The end of a range of all that begin alike: its last byte is one higher. `/` is followed by `0`.
    let end = prefix.dropLast() + "0"
    let body =
        #"{"key":"\#(Data(prefix.utf8).base64EncodedString())","range_end":"\#(Data(end.utf8).base64EncodedString())"}"#
    let outcome = try await host.run(
        "/usr/bin/curl",
        [
            "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", "--max-time", "60", "--data", body,
            "http://127.0.0.1:\(port)/v3/kv/range",
        ]
    ).check()
    let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
    return (answer.kvs ?? []).map {
        (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value ?? Data(), as: UTF8.self))
    }
}

/// Runs etcd with an empty store beside the body, which is given the process and its port.
func withEtcd(_ host: TestHost, _ body: (ServerProcess, Int) async throws -> Void) async throws {
    let (port, peer) = (try FreePort.next(), try FreePort.next())
    let client = "http://127.0.0.1:\(port)"
    let server = ServerProcess(
        arguments: [
            try #require(OutsideProgram.etcd), "--data-dir", host.root + "/etcd", "--listen-client-urls", client,
            "--advertise-client-urls", client, "--listen-peer-urls", "http://127.0.0.1:\(peer)",
            "--initial-advertise-peer-urls", "http://127.0.0.1:\(peer)", "--initial-cluster",
            "default=http://127.0.0.1:\(peer)",
        ], log: host.root + "/etc/etcd.log")
    defer { server.stop() }
    try await startEtcd(server, host, port)
    try await body(server, port)
}

/// Starts etcd, and waits until it decides. It listens before that, and one that is ended in between never decides again.
func startEtcd(_ server: ServerProcess, _ host: TestHost, _ port: Int) async throws {
    try await server.start(until: .port(port))
    let decides = try await eventually {
        let reply = try await host.request("/health", host: "127.0.0.1", port: port, options: ["--max-time", "5"])
        return reply.status == 200 && reply.body.contains("true")
    }
    guard decides else { throw TestHostError("etcd has no leader; see its log") }
}

/// Runs a Consul that keeps nothing beside the body, which is given its port.
func withConsul(_ host: TestHost, _ body: (Int) async throws -> Void) async throws {
    let port = try FreePort.next()
    let others = try ["server", "serf_lan", "serf_wan", "dns"].map { "\"\($0)\":\(try FreePort.next())" }
    let ports = (others + ["\"http\":\(port)", "\"grpc\":-1"]).joined(separator: ",")
    let file = host.root + "/etc/consul.json"
    try #"{"node_name":"agent","disable_update_check":true,"ports":{\#(ports)}}"#
        .write(toFile: file, atomically: true, encoding: .utf8)
    let server = ServerProcess(
        arguments: [
            try #require(OutsideProgram.consul), "agent", "-dev", "-bind", "127.0.0.1", "-config-file", file,
        ], log: host.root + "/etc/consul.log")
    defer { server.stop() }
    try await server.start(until: .port(port))
    // It answers before it is one of those who decide, and takes nothing until then.
    let asker = ConsulAsker(host, port: port)
    let isReady = try await eventually { (try? await asker.get([HealthNode].self, "catalog/nodes"))?.isEmpty == false }
    guard isReady else { throw TestHostError("Consul has not told its catalog of itself") }
    try await body(port)
}

private struct HealthNode: Decodable { let Node: String }

/// Runs Consul and etcd beside the body.
func withRegistries(_ host: TestHost, _ body: (Registries) async throws -> Void) async throws {
    try await host.cairn("discovery:set", "--global", "node-name", "node1").check()
    try await withConsul(host) { consul in
        try await withEtcd(host) { _, etcd in
            try await body(
                Registries(
                    host: host, consul: ConsulAsker(host, port: consul), etcdPort: etcd,
                    directory: host.root + "/registered"))
        }
    }
}
