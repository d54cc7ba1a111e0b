import CairnCore
import CairnNginx
import Glibc
import Subprocess
import SystemPackage
import Testing

/// An nginx of a test's own: a temporary root, free ports, a main configuration like Debian's.
struct NginxFixture: Sendable {
    let directory: FilePath
    let host: NginxHost
    let server: NginxServer
    let http: Int
    let https: Int

    static let binary: FilePath = "/usr/sbin/nginx"
    static let modules = "/etc/nginx/modules-enabled"

    static var hasNginx: Bool { access(binary.string, X_OK) == 0 }
    static var hasLua: Bool { hasNginx && access("/usr/lib/nginx/modules/ngx_http_lua_module.so", R_OK) == 0 }

    /// Runs `body` with a running nginx, and ends it afterwards.
    static func run(
        mode: NginxHost.Mode = .lua, reloadDeadline: Duration = .seconds(20), extra: String = "",
        _ body: (NginxFixture) async throws -> Void
    ) async throws {
        let fixture = try NginxFixture(mode: mode, reloadDeadline: reloadDeadline, extra: extra)
        do {
            try await fixture.server.bootstrap()
            try await fixture.start()
            try await body(fixture)
        } catch let error as CairnError {
            Issue.record("\(error.code): \(error)\n\(error.evidence.joined(separator: "\n"))")
        } catch {
            await fixture.end()
            throw error
        }
        await fixture.end()
    }

    init(mode: NginxHost.Mode, reloadDeadline: Duration, extra: String) throws {
        var template = Array("/tmp/cairn-nginx-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        let text = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        directory = FilePath(text)
        // nginx's workers are another user, and they keep temporary files here.
        chmod(text, 0o755)
        http = try freePort()
        https = try freePort()
        host = NginxHost(
            root: directory.appending("root"), binary: Self.binary,
            mainConfiguration: directory.appending("etc/nginx.conf"),
            mode: mode, sharedPorts: .init(http: http, https: https), reloadDeadline: reloadDeadline)
        server = NginxServer(host: host)
        mkdir(directory.appending("etc").string, 0o755)
        mkdir(directory.appending("etc/conf.d").string, 0o755)
        try write("types { text/plain txt; }\n", "etc/mime.types")
        try write("include \(host.configurationFile);\n", "etc/conf.d/cairn.conf")
        try write(main(loadsLua: mode != .reload, extra: extra), "etc/nginx.conf")
    }

    private func main(loadsLua: Bool, extra: String) -> String {
        """
        worker_processes 2;
        pid \(directory)/nginx.pid;
        error_log \(directory)/error.log;
        \(loadsLua ? "include \(Self.modules)/*.conf;" : "")
        events { worker_connections 4096; }
        http {
            client_body_temp_path \(directory)/body;
            proxy_temp_path \(directory)/proxy;
            fastcgi_temp_path \(directory)/fastcgi;
            uwsgi_temp_path \(directory)/uwsgi;
            scgi_temp_path \(directory)/scgi;
            include mime.types;
            access_log off;
            gzip on;
            include \(directory)/etc/conf.d/*.conf;
            \(extra)
        }
        """
    }

    func write(_ text: String, _ name: String) throws {
        let file = try FileDescriptor.open(
            directory.appending(name), .writeOnly, options: [.create, .truncate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        _ = try file.closeAfter { try file.writeAll(Array(text.utf8)) }
    }

    func read(_ path: FilePath) throws -> String {
        let file = try FileDescriptor.open(path, .readOnly)
        return try file.closeAfter {
            var bytes = [UInt8](repeating: 0, count: 1 << 20)
            let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
            return String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    func start() async throws {
        let result = try await shell(Self.binary.string, ["-c", host.mainConfiguration.string])
        try #require(result.succeeded, "\(result.error)")
    }

    func stop() async {
        _ = try? await shell(Self.binary.string, ["-c", host.mainConfiguration.string, "-s", "stop"])
    }

    private func end() async {
        await stop()
        _ = try? await shell("/bin/rm", ["-rf", directory.string])
    }

    /// Every file that nginx would read of Cairn's configuration, with its content.
    func liveTree() async throws -> String {
        try await shell(Self.binary.string, ["-T", "-q", "-c", host.mainConfiguration.string]).output
    }
}

/// A program's end and what it printed.
func shell(
    _ program: String, _ arguments: [String], input: String = ""
) async throws -> (succeeded: Bool, output: String, error: String) {
    let result = try await Subprocess.run(
        program.hasPrefix("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(arguments),
        input: .string(input), output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
    return (result.terminationStatus.isSuccess, result.standardOutput, result.standardError)
}

/// Runs `body` with the first line that a program prints, and ends the program afterwards.
func withBackground(
    _ program: String, _ arguments: [String], _ body: @escaping (String) async throws -> Void
) async throws {
    _ = try await Subprocess.run(
        .name(program), arguments: Arguments(arguments), input: .none, output: .sequence, error: .discarded
    ) { execution in
        var line = ""
        for try await part in execution.standardOutput.strings() {
            line = part
            break
        }
        try await body(line)
        try execution.send(signal: .terminate)
    }
}

/// A port nobody listens on just now.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
        }
    }
    guard result == 0 else { throw Errno(rawValue: errno) }
    return Int(UInt16(bigEndian: address.sin_port))
}

func app(_ name: String) throws -> AppName { try AppName(validating: name) }
func domain(_ name: String) throws -> Domain { try Domain(validating: name) }
func mapping(_ text: String) throws -> PortMapping { try PortMapping(parsing: text) }
