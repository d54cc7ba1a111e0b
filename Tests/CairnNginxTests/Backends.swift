import CairnCore
import CairnNginx
import SystemPackage
import Testing

/// Stand-ins for containers: each answers with its name and with what reached it.
struct Backends: Sendable {
    let ports: [String: Int]
    private let directory: FilePath
    /// What follows the address in `listen`.
    private let transport: String

    /// Runs `body` with a backend for each name, in an nginx of their own.
    static func run(
        _ names: [String], transport: String = "", _ body: (Backends) async throws -> Void
    ) async throws {
        let made = try await shell("/bin/mktemp", ["-d", "/tmp/cairn-backends-XXXXXX"])
        let directory = FilePath(String(made.output.dropLast()))
        _ = try await shell("/bin/chmod", ["755", directory.string])
        let backends = Backends(
            ports: Dictionary(uniqueKeysWithValues: try names.map { ($0, try freePort()) }), directory: directory,
            transport: transport)
        _ = try await shell("/usr/bin/tee", [backends.configuration], input: backends.text)
        let started = try await shell(NginxFixture.binary.string, ["-c", backends.configuration])
        try #require(started.succeeded, "\(started.error)")
        do {
            try await body(backends)
        } catch {
            await backends.end()
            throw error
        }
        await backends.end()
    }

    func endpoint(_ name: String) throws -> Endpoint {
        try #require(Endpoint("127.0.0.1:\(ports[name] ?? 0)"))
    }

    private var configuration: String { directory.appending("nginx.conf").string }

    private var text: String {
        let headers = [
            "host", "x_forwarded_for", "x_forwarded_host", "x_forwarded_port", "x_forwarded_proto", "x_forwarded_ssl",
            "x_real_ip", "x_request_id", "x_request_start", "forwarded", "proxy", "upgrade", "connection",
        ]
        let echo = headers.map { "\($0)=$http_\($0)\\n" }.joined()
        let servers = ports.map { name, port in
            """
            server {
                listen 127.0.0.1:\(port)\(transport);
                location / { return 200 "\(name)\\nuri=$request_uri\\n\(echo)"; }
                location = /missing { return 404 "the app's own page"; }
                location = /plain { return 200 "\(name)"; }
            }
            """
        }
        return """
            worker_processes 1;
            pid \(directory)/nginx.pid;
            error_log \(directory)/error.log;
            events { worker_connections 4096; }
            http {
                client_body_temp_path \(directory)/body;
                proxy_temp_path \(directory)/proxy;
                fastcgi_temp_path \(directory)/fastcgi;
                uwsgi_temp_path \(directory)/uwsgi;
                scgi_temp_path \(directory)/scgi;
                access_log off;
                keepalive_requests 1000000;
            \(servers.joined(separator: "\n"))
            }
            """
    }

    private func end() async {
        _ = try? await shell(NginxFixture.binary.string, ["-c", configuration, "-s", "stop"])
        _ = try? await shell("/bin/rm", ["-rf", directory.string])
    }
}
