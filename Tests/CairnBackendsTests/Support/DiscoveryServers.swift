import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import CairnBackends

/// The real servers, where the machine has them; `share/lib/discovery-servers.sh` gets them.
enum DiscoveryServers {
    private static func program(_ variable: String) -> String? {
        let path = ProcessInfo.processInfo.environment[variable] ?? ""
        return !path.isEmpty && access(path, X_OK) == 0 ? path : nil
    }

    static var etcd: String? { program("CAIRN_TEST_ETCD") }
    static var consul: String? { program("CAIRN_TEST_CONSUL") }

    static let needsEtcd: Comment = "needs etcd; CAIRN_TEST_ETCD names the program"
    static let needsConsul: Comment = "needs Consul; CAIRN_TEST_CONSUL names the program"

    /// Runs etcd with an empty store beside `body`, which gets its port.
    static func withEtcd(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let (port, peer) = (try freePort(), try freePort())
            let client = "http://127.0.0.1:\(port)"
            try await run(
                try #require(etcd),
                [
                    "--data-dir", directory.appending("data").string, "--listen-client-urls", client,
                    "--advertise-client-urls", client, "--listen-peer-urls", "http://127.0.0.1:\(peer)",
                    "--initial-advertise-peer-urls", "http://127.0.0.1:\(peer)", "--initial-cluster",
                    "default=http://127.0.0.1:\(peer)",
                ], ready: "ready to serve"
            ) { try await body(port) }
        }
    }

    /// Runs a Consul that keeps nothing beside `body`, which gets its port.
    static func withConsul(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let port = try freePort()
            let names = ["server", "serf_lan", "serf_wan", "dns"]
            let ports = try names.map { "\"\($0)\":\(try freePort())" } + ["\"http\":\(port)", "\"grpc\":-1"]
            let file = directory.appending("consul.json")
            let configuration =
                "{\"node_name\":\"agent\",\"disable_update_check\":true,\"ports\":{\(ports.joined(separator: ","))}}"
            try configuration.write(toFile: file.string, atomically: true, encoding: .utf8)
            try await run(
                try #require(consul), ["agent", "-dev", "-bind", "127.0.0.1", "-config-file", file.string],
                // Its services are there for others when it has told the catalog of itself.
                ready: "Synced node info"
            ) { try await body(port) }
        }
    }

    /// A port that nothing listens on, as the kernel picks it.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        try #require(result == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Starts a server, runs `body` as soon as it has printed a line with `ready`, and ends the server.
    private static func run(
        _ program: String, _ arguments: [String], ready: String, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(5))]
        _ = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments), platformOptions: options, input: .none,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution in
            let process = execution.processIdentifier.value
            try await withThrowingTaskGroup(of: Void.self) { group in
                var printed: [String] = []
                var isReady = false
                // It is read to its end, as a server whose log nobody reads stands still.
                for try await line in execution.standardOutput.strings() where !isReady {
                    printed.append(line)
                    guard line.utf8.firstRange(of: ready.utf8) != nil else { continue }
                    isReady = true
                    group.addTask {
                        let result = await Result { try await body() }
                        // Its output ends with it, and so does the loop.
                        kill(-process, SIGTERM)
                        try result.get()
                    }
                }
                try await group.waitForAll()
                if !isReady { Issue.record("\(program) ended: \(printed.suffix(5).joined(separator: "\n"))") }
            }
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
