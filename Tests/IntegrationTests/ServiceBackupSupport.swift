import CairnCore
import CairnTestSupport
import Foundation
import Testing

/// A server on loopback that takes what is put into its buckets, except into the bucket `refused`, and notes the requests.
struct BucketServer {
    let url: String
    private let log: String

    static func run(on host: TestHost, _ body: (BucketServer) async throws -> Void) async throws {
        let port = try FreePort.next()
        let (script, log) = (host.home + "/bucket.pl", host.home + "/requests")
        try program.write(toFile: script, atomically: true, encoding: .utf8)
        let process = ServerProcess(
            arguments: ["/usr/bin/perl", script, "\(port)", log], log: host.home + "/bucket.log")
        try await process.start(until: .port(port))
        defer { process.stop() }
        try await body(BucketServer(url: "http://127.0.0.1:\(port)", log: log))
    }

    /// The heads of the requests, each with the first five bytes of its body.
    func requests() throws -> String { try String(contentsOfFile: log, encoding: .utf8) }

    private static let program = #"""
        use strict; use warnings; use IO::Socket::INET;
        my ($port, $log) = @ARGV;
        my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 50, ReuseAddr => 1) or die $!;
        while (1) {
            my $client = $server->accept or next;
            my $head = '';
            while (defined(my $line = <$client>)) { $head .= $line; last if $line eq "\r\n" }
            next if $head eq '';
            print $client "HTTP/1.1 100 Continue\r\n\r\n" if $head =~ /^Expect: 100-continue/mi;
            my $body = '';
            read $client, $body, $1 if $head =~ /^Content-Length: *(\d+)/mi;
            open my $file, '>>', $log or die; print $file $head . substr($body, 0, 5) . "\n"; close $file;
            my ($status, $text) = $head =~ m{^PUT /refused/} ? ('403 Forbidden', '<Code>AccessDenied</Code>') : ('200 OK', '');
            print $client "HTTP/1.1 $status\r\nConnection: close\r\nContent-Length: " . length($text) . "\r\n\r\n$text";
            close $client;
        }

        """#
}

/// A crontab in a file, with a line of somebody else's, and the client that reads and replaces it.
struct CrontabFile {
    static let other = "5 4 * * * another"
    let client: String
    private let file: String

    init(on host: TestHost) throws {
        (file, client) = (host.home + "/crontab", host.home + "/crontab-client")
        try (Self.other + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        try """
        #!/bin/sh
        if [ "$1" = -l ]; then cat \(file); else cat >\(file).new; mv \(file).new \(file); fi

        """.write(toFile: client, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: client)
    }

    func lines() throws -> [String] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }
}

extension ServiceHost {
    /// Runs one of the plugin's programs, as Cairn does, about a service of this test and with variables of the test's own.
    @discardableResult
    func program(
        _ command: String, _ service: String, _ arguments: String..., environment: [String: String]
    ) async throws -> Outcome {
        try await host.run(
            "\(host.root)/plugins/available/\(type)/subcommands/\(command)",
            ["\(type):\(command)", name(service)] + arguments,
            environment: [
                "CAIRN_ROOT": host.root, "CAIRN_SHARE": host.settings.share, "CAIRN_EXECUTABLE": host.executable,
                "DOCKER_HOST": "unix://" + host.settings.engineSocket, "DOKKU_LIB_ROOT": host.root + "/dokku-lib",
            ].merging(environment) { $1 })
    }

    /// An empty directory for backups.
    func makeTarget() throws -> String {
        let target = host.home + "/backups"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        return target
    }

    /// The path of the one file that a target holds.
    func stored(in target: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: target)
        try #require(names.count == 1, "\(names)")
        return target + "/" + names[0]
    }

    /// A public key; the secret one is in the home directory that `decrypting` reads.
    func makeKey() async throws -> String {
        try await shell(
            """
            d=\(host.home)/gpg; mkdir -m 700 $d; gpg --homedir $d --batch --quiet --passphrase '' --quick-gen-key \
            t@example.org rsa2048 encrypt never && gpg --homedir $d --export --armor t@example.org
            """
        ).check().output
    }

    /// A line of shell that prints what a backup holds that was encrypted for the key, or with the pass phrase.
    func decrypting(_ path: String, passphrase: String? = nil) -> String {
        let way = passphrase.map { "--homedir \(host.home) --pinentry-mode loopback --passphrase '\($0)'" }
        return "gpg \(way ?? "--homedir \(host.home)/gpg") --batch --quiet --decrypt \(path)"
    }
}
