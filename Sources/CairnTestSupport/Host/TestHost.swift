public import CairnCore
public import CairnStore
public import DockerEngine
import Foundation
import Glibc
import Subprocess
import SystemPackage

/// A whole host for one test: a state root of its own, the built `cairn`, and real git, sshd, nginx and engine on private
/// ports. It is taken down with everything it made, whether the test passed or not.
public final class TestHost: Sendable {
    public let root: String
    public let settings: HostSettings
    public let executable: String
    public let sshPort: Int
    /// Where the daemon answers DNS and HTTP about services, on loopback.
    public let dnsPort: Int
    public let httpPort: Int
    public let nginx: ServerProcess
    let sshd: ServerProcess
    /// A pusher's home: a key pair and a known_hosts file.
    public let home: String

    /// Makes a host, hands it to the test, and takes it down.
    ///
    /// - Parameters:
    ///   - changes: Settings that differ from the usual ones.
    ///   - parent: The directory to make the state root in; nil for the usual one.
    public static func run(
        settings changes: [String: String] = [:], in parent: String? = nil, _ body: (TestHost) async throws -> Void
    ) async throws {
        let host = try await TestHost(changes, parent: parent)
        do {
            try await body(host)
        } catch {
            await host.printEvidence()
            await host.tearDown()
            throw error
        }
        await host.tearDown()
    }

    private init(_ changes: [String: String], parent: String?) async throws {
        let parent = parent ?? ProcessInfo.processInfo.environment["CAIRN_TEST_ROOT"] ?? "/tmp"
        // Short, since the paths of sockets may have 107 bytes at the most.
        root = "\(parent)/h\(UInt32.random(in: 0x1000...0xFFFFF))"
        home = root + "/home"
        executable = try Self.builtExecutable()
        sshPort = try FreePort.next()
        dnsPort = try FreePort.next()
        httpPort = try FreePort.next()
        let http = try FreePort.next()
        let https = try FreePort.next()
        var variables = [
            "CAIRN_ROOT": root,
            "CAIRN_ENGINE_SOCKET": Self.engineSocket,
            "CAIRN_NGINX_CONF": root + "/etc/nginx.conf", "CAIRN_NGINX_SUDO": "no",
            "CAIRN_NETWORK_POOL": "10.\(UInt8.random(in: 220...249)).0.0/18", "CAIRN_HTTP_PORT": "\(http)",
            "CAIRN_HTTPS_PORT": "\(https)", "CAIRN_EXECUTABLE": executable, "CAIRN_SSH_PORT": "\(sshPort)",
            "CAIRN_SHARE": root + "/share", "CAIRN_DNS_LISTEN": "127.0.0.1:\(dnsPort)",
            "CAIRN_HTTP_LISTEN": "127.0.0.1:\(httpPort)",
        ]
        variables.merge(changes) { $1 }
        let lines = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
        for directory in ["", "/etc", "/home"] {
            try FileManager.default.createDirectory(atPath: root + directory, withIntermediateDirectories: true)
        }
        try Self.linkSharedFiles(in: root + "/share")
        try (lines + "\n").write(toFile: root + "/host.env", atomically: true, encoding: .utf8)
        settings = try HostSettings(file: lines)
        nginx = NginxFixture(root: root).process
        sshd = try await SSHFixture(root: root, port: sshPort, home: home).prepare()
        try await cairn("setup").check()
        try await cairn("domains:set-global", "test.local").check()
        try await nginx.start(until: .unixSocket(settings.nginxRoot + "/run/control.sock"))
        try await sshd.start(until: .port(sshPort))
        let key = try String(contentsOfFile: home + "/id_ed25519.pub", encoding: .utf8)
        try await cairn("ssh-keys:add", "tester", input: key).check()
    }

    /// What an installation copies to its share directory, linked from the sources.
    private static func linkSharedFiles(in directory: String) throws {
        let sources = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .removingLastComponent()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (name, source) in [("plugins", "plugins"), ("buildpacks", "buildpacks"), ("shim", "share/shim")] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/\(name)", withDestinationPath: "\(sources)/\(source)")
        }
    }

    /// The engine that the tests may use.
    public static var engineSocket: String {
        ProcessInfo.processInfo.environment["CAIRN_TEST_ENGINE_SOCKET"] ?? "/var/run/docker.sock"
    }

    public static var engineAnswers: Bool { FileManager.default.fileExists(atPath: engineSocket) }

    public var engine: EngineClient { EngineClient(socketPath: settings.engineSocket) }
    public func store() throws -> Store { try Store(path: settings.database) }

    /// The program that `CAIRN_TEST_EXECUTABLE` names, or the one next to the tests in the build directory.
    private static func builtExecutable() throws -> String {
        if let given = ProcessInfo.processInfo.environment["CAIRN_TEST_EXECUTABLE"], !given.isEmpty { return given }
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let candidates = [tests, CommandLine.arguments[0]] + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
        let found = candidates.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path + "/cairn" }
            .first { access($0, X_OK) == 0 }
        guard let found else { throw TestHostError("the cairn program has not been built next to the tests") }
        return found
    }

    // MARK: Doing things

    /// Runs `cairn` on the host, as its own user would.
    @discardableResult
    public func cairn(
        _ arguments: String..., input: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await run(
            executable, arguments, input: input,
            environment: ["CAIRN_ROOT": root, "SSH_USER": "root"].merging(environment) { $1 })
    }

    /// Runs a command over ssh, as the pusher.
    @discardableResult
    public func ssh(_ command: String, input: String = "") async throws -> Outcome {
        try await run("/usr/bin/ssh", sshOptions + ["-p", "\(sshPort)", "root@127.0.0.1", "--", command], input: input)
    }

    /// Runs git in a directory, with the pusher's key.
    @discardableResult
    public func git(_ arguments: String..., in directory: String, environment: [String: String] = [:]) async throws
        -> Outcome
    {
        try await run(
            "/usr/bin/git", ["-C", directory] + arguments, environment: gitEnvironment.merging(environment) { $1 })
    }

    /// Where an app is pushed to.
    public func remote(_ app: String) -> String { "ssh://root@127.0.0.1:\(sshPort)/\(app)" }

    public var gitEnvironment: [String: String] {
        [
            "GIT_SSH_COMMAND": (["ssh"] + sshOptions).joined(separator: " "), "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "Tess", "GIT_AUTHOR_EMAIL": "tess@example.com", "GIT_COMMITTER_NAME": "Tess",
            "GIT_COMMITTER_EMAIL": "tess@example.com", "HOME": home,
        ]
    }

    private var sshOptions: [String] { sshOptions(key: "id_ed25519") }

    func sshOptions(key: String) -> [String] {
        [
            "-F", "/dev/null", "-i", home + "/" + key, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
            "UserKnownHostsFile=" + home + "/known_hosts", "-o", "StrictHostKeyChecking=accept-new", "-o",
            "LogLevel=ERROR",
        ]
    }

    /// A request through nginx.
    public func get(_ path: String = "/", host: String, options: String...) async throws -> Outcome {
        try await run(
            "/usr/bin/curl",
            [
                "--silent", "--show-error", "--max-time", "20", "--noproxy", "*", "--header", "Host: \(host)",
                "--write-out",
                "\n%{http_code}",
            ] + options + ["http://127.0.0.1:\(settings.httpPort)\(path)"])
    }

    @discardableResult
    public func run(
        _ program: String, _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        var variables: [Environment.Key: String] = [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8",
        ]
        for (key, value) in environment { variables[Environment.Key(rawValue: key) ?? "X"] = value }
        let result = try await Subprocess.run(
            .path(.init(program)), arguments: Arguments(arguments), environment: .custom(variables),
            input: .string(input),
            output: .string(limit: 16 << 20), error: .string(limit: 16 << 20))
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Outcome(
            command: ([program] + arguments).joined(separator: " "), status: status, output: result.standardOutput,
            error: result.standardError)
    }

    // MARK: The end

    /// What a person would look at first.
    private func printEvidence() async {
        for log in ["/etc/nginx-error.log", "/etc/sshd.log"] {
            let text = (try? String(contentsOfFile: root + log, encoding: .utf8)) ?? ""
            print("--- \(log)\n" + text.split(separator: "\n").suffix(20).joined(separator: "\n"))
        }
    }

    private func tearDown() async {
        nginx.stop()
        sshd.stop()
        await EngineSweep(engine: engine, root: try? store().installationID()).run()
        try? FileManager.default.removeItem(atPath: root)
    }
}

/// How a program ended and what it wrote. A status other than 0 is no error until it is checked.
public struct Outcome: Sendable, CustomStringConvertible {
    public let command: String
    public let status: Int32
    public let output: String
    public let error: String

    public var lines: [String] { output.split(separator: "\n").map(String.init) }
    public var description: String { "\(command)\nstatus \(status)\n\(output)\n\(error)" }

    @discardableResult
    public func check() throws -> Outcome {
        guard status == 0 else { throw TestHostError(description) }
        return self
    }
}

public struct TestHostError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
