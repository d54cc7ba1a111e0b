import CairnCore
import CairnTestSupport
import Foundation
import Testing

extension HostTests {
    @Suite("Plugin webhooks")
    struct PluginWebhooks {
        @Test("Deploy, failure, scale and rollback are told, signed and in order; what is not taken comes again")
        func story() async throws {
            try await TestHost.run { host in
                try await host.cairn("plugin:install", "webhooks").check()
                try "[webhooks]\nretry-delays = \"1 1 1\"\n".write(
                    toFile: host.settings.plugins + "/config.toml", atomically: true, encoding: .utf8)
                // The second request is refused.
                let receiver = try await Receiver(host, refusing: 2)
                defer { receiver.server.stop() }
                let app = try await SampleApp("web", on: host)
                try await host.ssh("apps:create web").check()
                let added = try await host.ssh("webhooks:add web http://127.0.0.1:\(receiver.port)/hook").check()
                let secret = try #require(added.output.split(separator: " ").last).dropLast()
                let hook = try #require(try await host.ssh("webhooks:list web").output.split(separator: " ").first)
                try await host.ssh("webhooks:test web \(hook)").check()

                try await app.push().check()
                #expect(try await receiver.has(3), "the message that was refused comes again")
                try app.write(["Dockerfile": SampleApp.dockerfile + "RUN exit 3\n"])
                try await app.commit("broken")
                #expect(try await app.push().status != 0)
                try await host.ssh("ps:scale web web=2").check()
                try await host.ssh("releases:rollback web v1").check()
                let all = try await eventually { receiver.messages().contains { $0.event == "rollback" } }
                #expect(all, "\(receiver.messages())")

                let messages = receiver.messages()
                #expect(messages.prefix(3).map(\.event) == ["ping", "deploy", "deploy"])
                #expect(messages[1].body == messages[2].body)
                #expect(Set(messages.map(\.event)).isSuperset(of: ["failure", "scale", "rollback"]))
                for message in messages { try await check(message, secret: String(secret), host) }
                let failure = try #require(messages.first { $0.event == "failure" })
                #expect(failure.body.contains("\"code\":\"E-BUILD-FAILED\""), "\(failure)")
                let scale = try #require(messages.first { $0.event == "scale" })
                #expect(scale.body.contains("\"processes\":{\"web\":2}"), "\(scale)")
                let log = try await host.ssh("webhooks:log web").check()
                #expect(log.output.contains("failed: 500") && log.output.contains("delivered: 204"), "\(log)")
            }
        }

        @Test("A receiver that hangs delays no deploy")
        func hanging() async throws {
            try await TestHost.run { host in
                try await host.cairn("plugin:install", "webhooks").check()
                let receiver = try await Receiver(host, hangs: true)
                let app = try await SampleApp("web", on: host)
                try await host.cairn("apps:create", "web").check()
                try await host.cairn("webhooks:add", "--global", "http://127.0.0.1:\(receiver.port)/").check()
                try await app.push().check()
                #expect(try await app.get().status == "200")
                #expect(receiver.messages().isEmpty)
                receiver.server.stop()
            }
        }

        @Test("What is no URL, no event or no hook is refused")
        func badWords() async throws {
            try await TestHost.run { host in
                try await host.cairn("plugin:install", "webhooks").check()
                try await host.cairn("apps:create", "web").check()
                for url in ["ftp://x/", "http://a b/", "-o/etc/passwd", "http://x/\"\nurl = y"] {
                    let outcome = try await host.cairn("webhooks:add", "web", url)
                    #expect(outcome.status != 0, "\(outcome)")
                }
                #expect(try await host.cairn("webhooks:add", "web", "http://x/", "--events", "all").status == 1)
                #expect(try await host.cairn("webhooks:remove", "web", "../../x").status == 1)
                #expect(try await host.cairn("webhooks:add", "none", "http://x/").status == 20)
                #expect(try await host.cairn("webhooks:list", "web").check().output == "")
            }
        }

        private func check(_ message: Receiver.Message, secret: String, _ host: TestHost) async throws {
            let digest = try await host.run(
                "/usr/bin/openssl", ["dgst", "-sha256", "-hmac", secret], input: message.body
            ).check()
            #expect(digest.output.split(separator: " ").last?.dropLast().description == message.signature, "\(message)")
            #expect(message.body.contains("\"schema\":1") && message.body.contains("\"app\":\"web\""), "\(message)")
        }
    }
}

/// An HTTP server that writes down what it is sent.
private struct Receiver {
    let port: Int
    let server: ServerProcess
    private let log: String

    struct Message: CustomStringConvertible {
        let event: String
        let signature: String
        let body: String
        var description: String { "\(event) \(body)" }
    }

    /// - Parameters:
    ///   - number: The request that gets status 500, counted from 1.
    ///   - hangs: Whether it takes connections and never answers.
    init(_ host: TestHost, refusing number: Int = 0, hangs: Bool = false) async throws {
        port = try FreePort.next()
        log = host.home + "/messages"
        let script = host.home + "/receiver.pl"
        try Self.program.write(toFile: script, atomically: true, encoding: .utf8)
        server = ServerProcess(
            arguments: ["/usr/bin/perl", script, "\(port)", log, "\(number)", hangs ? "1" : "0"],
            log: host.home + "/receiver.log")
        try await server.start(until: .port(port))
    }

    func messages() -> [Message] {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            return Message(event: parts[0], signature: parts[1], body: parts[2])
        }
    }

    func has(_ count: Int) async throws -> Bool { try await eventually { messages().count >= count } }

    private static let program = #"""
        use strict; use warnings; use IO::Socket::INET;
        my ($port, $log, $refused, $hangs) = @ARGV;
        my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 50, ReuseAddr => 1) or die $!;
        my ($count, @kept) = 0;
        while (1) {
            my $client = $server->accept or next;
            if ($hangs) { push @kept, $client; next }
            my (%headers, $body);
            my $request = <$client> // next;
            while (defined(my $line = <$client>)) {
                last if $line eq "\r\n";
                $headers{lc $1} = $2 if $line =~ /^([^:]+): *(.*?)\r\n/;
            }
            read $client, $body, $headers{'content-length'} // 0;
            my $status = ++$count == $refused ? '500 Internal Server Error' : '204 No Content';
            (my $signature = $headers{'x-cairn-signature-256'} // '-') =~ s/^sha256=//;
            open my $file, '>>', $log or die;
            print $file "$headers{'x-cairn-event'} $signature $body\n";
            close $file;
            print $client "HTTP/1.1 $status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            close $client;
        }

        """#
}
