import Foundation
import Glibc
import Subprocess
import SystemPackage

/// A Docker Engine of the test's own, which can be killed without harm to others. It leaves the host's firewall alone and
/// has no default network; the networks of apps work as usual.
public final class PrivateEngine: Sendable {
    /// Where it answers.
    public let socket: String
    private let directory: String
    private let process: ServerProcess

    private static let program: String? = ["/usr/sbin/dockerd", "/usr/bin/dockerd"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Whether one can be started here.
    public static var isPossible: Bool { program != nil && geteuid() == 0 && TestHost.engineAnswers }

    /// Starts an engine that has the base image, hands it to the test, and removes everything.
    public static func run(_ body: (PrivateEngine) async throws -> Void) async throws {
        let engine = try PrivateEngine()
        do {
            try await engine.start()
            try await engine.load("debian:bookworm-slim")
            try await body(engine)
        } catch {
            print((try? String(contentsOfFile: engine.directory + "/log", encoding: .utf8))?.suffix(4_000) ?? "")
            engine.remove()
            throw error
        }
        engine.remove()
    }

    private init() throws {
        // Short, since the paths of sockets may have 107 bytes at the most.
        directory = "/tmp/e\(UInt32.random(in: 0x1000...0xFFFFF))"
        socket = directory + "/s"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        process = ServerProcess(
            arguments: [
                Self.program ?? "dockerd", "--host", "unix://" + socket, "--data-root", directory + "/data", "--exec-root",
                directory + "/exec", "--pidfile", directory + "/pid", "--bridge", "none", "--iptables=false",
                "--userland-proxy=false", "--exec-opt", "native.cgroupdriver=cgroupfs", "--log-level", "warn",
            ], log: directory + "/log")
    }

    /// Starts it, and waits until it answers.
    public func start() async throws { try await process.start(until: .unixSocket(socket)) }

    /// Ends it with the signal that no program can catch.
    public func kill() { process.stop(by: SIGKILL) }

    /// Ends it in order, as a service manager does, which stops its containers.
    public func stop() { process.stop() }

    /// Copies an image from the tests' engine.
    private func load(_ image: String) async throws {
        let file = directory + "/image.tar"
        try await curl(TestHost.engineSocket, ["--output", file, "http://engine/images/\(image)/get"])
        try await curl(socket, ["--data-binary", "@" + file, "http://engine/images/load"])
        try FileManager.default.removeItem(atPath: file)
    }

    private func curl(_ socket: String, _ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .path("/usr/bin/curl"), arguments: Arguments(["--silent", "--fail", "--unix-socket", socket] + arguments),
            output: .discarded, error: .discarded)
        guard result.terminationStatus.isSuccess else { throw TestHostError("curl failed: \(arguments)") }
    }

    private func remove() {
        process.stop()
        let mounts = (try? String(contentsOfFile: "/proc/mounts", encoding: .utf8)) ?? ""
        for line in mounts.split(separator: "\n").reversed() {
            let words = line.split(separator: " ")
            if words.count > 1, words[1].hasPrefix(directory + "/") { umount2(String(words[1]), Int32(MNT_DETACH)) }
        }
        try? FileManager.default.removeItem(atPath: directory)
    }
}
