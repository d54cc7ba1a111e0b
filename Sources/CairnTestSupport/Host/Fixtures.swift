import DockerEngine
import Foundation
import Glibc
import Subprocess
import SystemPackage

/// nginx with a main configuration of its own, which includes Cairn's as the installed one would.
struct NginxFixture {
    let root: String

    var process: ServerProcess {
        let path = root + "/etc/nginx.conf"
        try? text.write(toFile: path, atomically: true, encoding: .utf8)
        return ServerProcess(
            arguments: ["/usr/sbin/nginx", "-c", path, "-g", "daemon off;"], log: root + "/etc/nginx-error.log")
    }

    private var text: String {
        """
        include /etc/nginx/modules-enabled/*.conf;
        worker_processes 2;
        worker_rlimit_nofile 8192;
        worker_shutdown_timeout 5s;
        pid \(root)/etc/nginx.pid;
        error_log \(root)/etc/nginx-error.log notice;
        events { worker_connections 4096; }
        http {
            include /etc/nginx/mime.types;
            client_body_temp_path \(root)/etc/body;
            proxy_temp_path \(root)/etc/proxy;
            fastcgi_temp_path \(root)/etc/fastcgi;
            uwsgi_temp_path \(root)/etc/uwsgi;
            scgi_temp_path \(root)/etc/scgi;
            include \(root)/nginx/cairn.conf;
        }

        """
    }
}

/// sshd for root with a host key and an authorized_keys file of the test's own, and a key pair for the pusher.
struct SSHFixture {
    let root: String
    let port: Int
    let home: String

    func prepare() async throws -> ServerProcess {
        try await makeKey(root + "/etc/host_key")
        try await makeKey(home + "/id_ed25519")
        // The place where sshd gives up its privileges; without systemd nobody else makes it.
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        let path = root + "/etc/sshd_config"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return ServerProcess(arguments: ["/usr/sbin/sshd", "-D", "-e", "-f", path], log: root + "/etc/sshd.log")
    }

    private func makeKey(_ path: String) async throws {
        let result = try await Subprocess.run(
            .path("/usr/bin/ssh-keygen"), arguments: ["-q", "-t", "ed25519", "-N", "", "-C", "tester", "-f", path],
            output: .discarded, error: .discarded)
        guard result.terminationStatus.isSuccess else { throw TestHostError("ssh-keygen failed for \(path)") }
    }

    private var text: String {
        """
        Port \(port)
        ListenAddress 127.0.0.1
        HostKey \(root)/etc/host_key
        PidFile \(root)/etc/sshd.pid
        AuthorizedKeysFile \(root)/.ssh/authorized_keys
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        MaxStartups 100
        MaxSessions 100
        AcceptEnv GIT_PROTOCOL
        Subsystem sftp /usr/lib/openssh/sftp-server

        """
    }
}

/// Removes from the engine all that carries the label of one installation.
struct EngineSweep {
    let engine: EngineClient
    let root: String?

    func run() async {
        guard let root else { return }
        let label = "cairn.root=\(root)"
        for container in (try? await engine.listContainers(all: true, labels: [label])) ?? [] {
            try? await engine.removeContainer(container.id, force: true, volumes: true)
        }
        for network in (try? await engine.listNetworks(labels: [label])) ?? [] {
            try? await engine.removeNetwork(network.id)
        }
        for image in (try? await engine.listImages(filters: ["label": [label]])) ?? [] {
            try? await engine.removeImage(image.id, force: true)
        }
    }
}
