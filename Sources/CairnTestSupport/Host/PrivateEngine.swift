import DockerEngine
import Foundation
import Glibc
import Subprocess
import SystemPackage

/// A Docker Engine of the test's own, which can be killed without harm to others. As on a host, containerd is a service
/// beside it, so that containers outlive an engine that is killed. It leaves the host's firewall alone, and has a bridge of
/// its own: an engine without a default bridge deletes `docker0`, which belongs to the host's own engine.
public final class PrivateEngine: Sendable {
    /// Where it answers.
    public let socket: String
    private let directory: String
    private let bridge: String
    private let containerd: ServerProcess
    private let engine: ServerProcess

    private static func program(_ name: String) -> String? {
        ["/usr/sbin/\(name)", "/usr/bin/\(name)"].first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Whether one can be started here.
    public static var isPossible: Bool {
        program("dockerd") != nil && program("containerd") != nil && geteuid() == 0 && TestHost.engineAnswers
    }

    /// Starts an engine that has the base image, hands it to the test, and removes everything.
    public static func run(_ body: (PrivateEngine) async throws -> Void) async throws {
        let engine = try PrivateEngine()
        do {
            try await engine.makeBridge()
            try await engine.containerd.start(until: .unixSocket(engine.directory + "/c"))
            try await engine.start()
            try await engine.load("debian:bookworm-slim")
            try await body(engine)
        } catch {
            print((try? String(contentsOfFile: engine.directory + "/log", encoding: .utf8))?.suffix(4_000) ?? "")
            await engine.remove()
            throw error
        }
        await engine.remove()
    }

    private init() throws {
        // Short, since the paths of sockets may have 107 bytes at the most.
        let number = UInt32.random(in: 0x1000...0xFFFFF)
        let directory = "/tmp/e\(number)"
        self.directory = directory
        bridge = "cairn\(number)"
        socket = directory + "/s"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        containerd = ServerProcess(
            arguments: [
                Self.program("containerd") ?? "containerd", "--config", "/dev/null", "--root", directory + "/images",
                "--state", directory + "/state", "--address", directory + "/c", "--log-level", "error",
            ], log: directory + "/log")
        engine = ServerProcess(
            arguments: [
                Self.program("dockerd") ?? "dockerd", "--host", "unix://" + socket, "--containerd", directory + "/c",
                "--data-root", directory + "/data", "--exec-root", directory + "/exec", "--pidfile", directory + "/pid",
                "--bridge", bridge, "--iptables=false", "--userland-proxy=false", "--exec-opt",
                "native.cgroupdriver=cgroupfs", "--log-level", "warn",
            ], log: directory + "/log")
    }

    /// Starts it, and waits until it answers. It listens some time before that.
    public func start() async throws {
        try await engine.start(until: .unixSocket(socket))
        _ = try await eventually { (try? await EngineClient(socketPath: socket).ping()) != nil }
    }

    /// Ends it with the signal that no program can catch.
    public func kill() { engine.stop(by: SIGKILL) }

    /// Ends it in order, as a service manager does, which stops its containers.
    public func stop() { engine.stop() }

    private func makeBridge() async throws {
        try await ip("link", "add", bridge, "type", "bridge")
        try await ip("address", "add", "10.218.\(UInt8.random(in: 0...255)).1/24", "dev", bridge)
        try await ip("link", "set", bridge, "up")
    }

    private func ip(_ arguments: String...) async throws {
        let result = try await Subprocess.run(
            .name("ip"), arguments: Arguments(arguments), output: .discarded, error: .string(limit: 4096))
        guard result.terminationStatus.isSuccess else {
            throw TestHostError("ip \(arguments): \(result.standardError)")
        }
    }

    /// Copies an image from the tests' engine.
    private func load(_ image: String) async throws {
        let file = directory + "/image.tar"
        try await curl(TestHost.engineSocket, ["--output", file, "http://engine/images/\(image)/get"])
        try await curl(
            socket,
            ["--header", "Content-Type: application/x-tar", "--data-binary", "@" + file, "http://engine/images/load"])
        try FileManager.default.removeItem(atPath: file)
    }

    private func curl(_ socket: String, _ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .path("/usr/bin/curl"),
            arguments: Arguments(
                ["--silent", "--show-error", "--fail-with-body", "--unix-socket", socket] + arguments),
            output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            throw TestHostError("curl \(arguments): \(result.standardError) \(result.standardOutput)")
        }
    }

    // MARK: The end

    private func remove() async {
        // Only an engine that runs can take its containers and bridges away.
        if engine.processID == 0 { try? await start() }
        let client = EngineClient(socketPath: socket)
        for container in (try? await client.listContainers(all: true)) ?? [] {
            try? await client.removeContainer(container.id, force: true, volumes: true)
        }
        for network in (try? await client.listNetworks()) ?? [] where network.driver == "bridge" {
            try? await client.removeNetwork(network.id)
        }
        engine.stop()
        containerd.stop()
        try? await ip("link", "delete", bridge)
        let mounts = (try? String(contentsOfFile: "/proc/mounts", encoding: .utf8)) ?? ""
        for line in mounts.split(separator: "\n").reversed() {
            let words = line.split(separator: " ")
            if words.count > 1, words[1].hasPrefix(directory + "/") { umount2(String(words[1]), Int32(MNT_DETACH)) }
        }
        try? FileManager.default.removeItem(atPath: directory)
    }
}
