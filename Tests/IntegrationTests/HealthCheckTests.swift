import CairnTestSupport
import Testing

extension HostTests {
    @Suite("Health checks of app.json")
    struct HealthChecks {
        /// A second server in the container, on port 9000, for those who know the key.
        static let admin = #"""
            use strict; use warnings; use IO::Socket::INET;
            my $server = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => 9000, Listen => 50, ReuseAddr => 1)
                or die "cannot listen: $!";
            while (my $client = $server->accept) {
                my $head = '';
                while ($head !~ /\r\n\r\n/ && sysread($client, $head, 4096, length $head)) {}
                my $knows = $head =~ /^X-Key: open sesame\r$/mi;
                my ($status, $body) = $knows ? ('200 OK', 'the admin') : ('403 Forbidden', 'no key');
                print $client "HTTP/1.1 $status\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
                close $client;
            }

            """#

        private func app(_ checks: String, on host: TestHost) async throws -> SampleApp {
            try await SampleApp(
                "web", on: host,
                files: [
                    "admin.pl": Self.admin, "Procfile": "web: perl admin.pl & exec perl server.pl\n",
                    "app.json": Self.manifest(checks),
                ])
        }

        private static func manifest(_ checks: String) -> String { #"{"healthchecks": {"web": [\#(checks)]}}"# }

        @Test("A copy has to pass every check: path with headers and port, command, port; one that only warns is told")
        func gate() async throws {
            try await TestHost.run { host in
                let app = try await app(
                    """
                    {"type": "startup", "path": "/", "port": 9000, "content": "admin",
                     "httpHeaders": [{"name": "X-Key", "value": "open sesame"}]},
                    {"type": "startup", "command": ["sh", "-c", "test -e /app/message"]},
                    {"type": "readiness", "listening": true, "port": 9000},
                    {"type": "startup", "name": "optional", "path": "/fail", "attempts": 1, "timeout": 1, "wait": 0,
                     "warn": true}
                    """, on: host)
                let push = try await app.push().check()
                #expect(push.error.contains("web.1: optional failed, which only warns: GET /fail"), "\(push)")
                #expect(try await app.get() == ("one web web.1 v1", "200"))

                for (check, code, reason) in Self.failing {
                    try app.write(["app.json": Self.manifest(check), "message": "two\n"])
                    try await app.commit(code)
                    let push = try await app.push()
                    #expect(push.status != 0 && push.error.contains(code) && push.error.contains(reason), "\(push)")
                    #expect(try await app.get() == ("one web web.1 v1", "200"))
                }
                #expect(try await host.containers(of: "web").count == 1)
            }
        }

        /// Each with what a deploy says about it.
        static let failing = [
            (
                #"{"type": "startup", "path": "/", "port": 9000, "attempts": 1, "timeout": 2, "wait": 0}"#,
                "E-HEALTH-CHECK-FAILED", "GET / on port 9000 answered 403"
            ),
            (
                #"{"type": "startup", "command": ["sh", "-c", "echo not yet; exit 3"], "attempts": 1, "timeout": 2, "wait": 0}"#,
                "E-HEALTH-CHECK-FAILED", "the command ended with status 3: not yet"
            ),
            (
                #"{"type": "startup", "name": "slow", "command": ["sleep", "600"], "attempts": 1, "timeout": 1, "wait": 0}"#,
                "E-HEALTH-CHECK-FAILED", "the command did not end within 1 s"
            ),
            (
                #"{"type": "readiness", "listening": true, "port": 9999, "attempts": 1, "timeout": 1, "wait": 0}"#,
                "E-APP-NOT-LISTENING", "web.1 does not listen on port 9999"
            ),
        ]
    }
}
