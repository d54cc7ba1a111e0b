import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Backups of services")
    struct ServiceBackup {
        @Test("Into a directory, encrypted, and back; over ssh no directory is written to")
        func directory() async throws {
            try await ServiceHost.run("redis") { services in
                let host = services.host
                let target = host.home + "/backups"
                try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
                try await services.run("create", "@cache").check()
                try await services.run("connect", "@cache", input: "set k 42\n").check()
                try await services.run("backup-set-encryption", "@cache", "a pass phrase").check()
                try await services.run("backup", "@cache", target).check()
                let name = try #require(try FileManager.default.contentsOfDirectory(atPath: target).first)
                #expect(name.hasPrefix("redis-\(services.name("cache"))-") && name.hasSuffix(".export.gpg"), "\(name)")
                try await services.run("connect", "@cache", input: "del k\n").check()
                try await services.shell(
                    "gpg --homedir \(host.home) --batch --quiet --pinentry-mode loopback --passphrase 'a pass phrase' --decrypt "
                        + "\(target)/\(name) | cairn redis:import \(services.name("cache"))"
                ).check()
                #expect(try await services.run("connect", "@cache", input: "get k\n").output == "42\n")

                let refused = try await host.ssh("redis:backup \(services.name("cache")) \(target)")
                #expect(refused.status == 1 && refused.error.contains("no target over ssh"), "\(refused)")
                try await services.run("destroy", "@cache", "--force").check()
            }
        }

        @Test("Into a bucket: the request is signed, and a refusal is an error that shows the answer")
        func bucket() async throws {
            try await ServiceHost.run("redis") { services in
                let host = services.host
                let port = try FreePort.next()
                let script = host.home + "/bucket.pl"
                try Self.server.write(toFile: script, atomically: true, encoding: .utf8)
                let server = ServerProcess(
                    arguments: ["/usr/bin/perl", script, "\(port)", host.home + "/requests"],
                    log: host.home + "/bucket.log")
                try await server.start(until: .port(port))
                defer { server.stop() }
                try await services.run("create", "@cache").check()
                let none = try await services.run("backup", "@cache", "s3://backups/daily")
                #expect(none.status == 1 && none.error.contains("no credentials"), "\(none)")
                try await services.run(
                    "backup-auth", "@cache", "AKID", "SECRET", "eu-west-1", "v4", "http://127.0.0.1:\(port)"
                ).check()
                try await services.run("backup", "@cache", "s3://backups/daily").check()
                let request = try String(contentsOfFile: host.home + "/requests", encoding: .utf8)
                #expect(request.hasPrefix("PUT /backups/daily/redis-\(services.name("cache"))-"), "\(request)")
                #expect(request.contains("AWS4-HMAC-SHA256 Credential=AKID/"), "\(request)")
                #expect(
                    request.contains("/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date"))
                let refused = try await services.run("backup", "@cache", "s3://refused")
                #expect(refused.status == 1 && refused.error.contains("AccessDenied"), "\(refused)")
                try await services.run("destroy", "@cache", "--force").check()
            }
        }

        @Test("At fixed times: a line of the crontab, which is all that is changed there")
        func schedule() async throws {
            try await ServiceHost.run("redis") { services in
                let host = services.host
                let crontab = host.home + "/crontab"
                try "5 4 * * * another\n".write(toFile: crontab, atomically: true, encoding: .utf8)
                let client = host.home + "/crontab-client"
                try
                    "#!/bin/sh\nif [ \"$1\" = -l ]; then cat \(crontab); else cat >\(crontab).new; mv \(crontab).new \(crontab); fi\n"
                    .write(toFile: client, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: client)
                try await services.run("create", "@cache").check()
                let cache = services.name("cache")
                func plugin(_ words: String...) async throws -> Outcome {
                    try await host.run(
                        "\(host.root)/plugins/available/redis/subcommands/\(words[0])",
                        ["redis:\(words[0])", cache] + words.dropFirst(),
                        environment: [
                            "CRONTAB_BIN": client, "CAIRN_ROOT": host.root, "CAIRN_SHARE": host.settings.share,
                            "CAIRN_EXECUTABLE": host.executable, "DOKKU_LIB_ROOT": host.root + "/dokku-lib",
                        ])
                }
                try await plugin("backup-schedule", "0 3 * * *", "s3://backups/daily").check()
                try await plugin("backup-schedule", "@daily", "s3://backups/daily").check()
                let lines = try String(contentsOfFile: crontab, encoding: .utf8).split(separator: "\n")
                #expect(lines.count == 2 && lines[0] == "5 4 * * * another", "\(lines)")
                #expect(
                    lines[1].hasPrefix("@daily CAIRN_ROOT=\(host.root) ") && lines[1].contains("redis:backup \(cache) ")
                )
                for schedule in ["0 3 * *", "0 3 * * * rm", "0 3 * * *\n1"] {
                    #expect(try await plugin("backup-schedule", schedule, "s3://backups/daily").status == 1)
                }
                #expect(try await plugin("backup-schedule", "@daily", "s3://backups/a b").status == 1)
                try await plugin("backup-unschedule").check()
                #expect(try String(contentsOfFile: crontab, encoding: .utf8) == "5 4 * * * another\n")
                try await services.run("destroy", "@cache", "--force").check()
            }
        }

        /// Takes what is put, except into the bucket `refused`.
        private static let server = #"""
            use strict; use warnings; use IO::Socket::INET;
            my ($port, $log) = @ARGV;
            my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 50, ReuseAddr => 1) or die $!;
            while (1) {
                my $client = $server->accept or next;
                my $head = '';
                while (defined(my $line = <$client>)) { $head .= $line; last if $line eq "\r\n" }
                next if $head eq '';
                print $client "HTTP/1.1 100 Continue\r\n\r\n" if $head =~ /^Expect: 100-continue/mi;
                read $client, my $body, $1 if $head =~ /^Content-Length: *(\d+)/mi;
                open my $file, '>>', $log or die; print $file $head; close $file;
                my ($status, $text) = $head =~ m{^PUT /refused/} ? ('403 Forbidden', '<Code>AccessDenied</Code>') : ('200 OK', '');
                print $client "HTTP/1.1 $status\r\nConnection: close\r\nContent-Length: " . length($text) . "\r\n\r\n$text";
                close $client;
            }

            """#
    }
}
