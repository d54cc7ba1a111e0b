import CairnCore
import CairnTestSupport
import DockerEngine
import Foundation

/// A host with a datastore plugin, for tests of its services. Their containers have names of their own in the engine, which
/// is shared by all tests, so names carry a random part.
struct ServiceHost {
    let host: TestHost
    let type: String
    private let suffix = String(UInt32.random(in: 0x1000...0xFFFFF), radix: 16)

    /// Makes the host, hands it to the test, and removes the services that are left.
    static func run(_ type: String, _ body: (ServiceHost) async throws -> Void) async throws {
        try await TestHost.run { host in
            let services = ServiceHost(host: host, type: type)
            try await host.cairn("plugin:install", type).check()
            // The one that apps of the tests are built from as well; the official one would have to be fetched.
            try await host.cairn("\(type):set", "--global", "image", "cairn/\(type)").check()
            do {
                try await body(services)
            } catch {
                await services.removeAll()
                throw error
            }
            await services.removeAll()
        }
    }

    /// The name of a service of this test.
    func name(_ word: String) -> String { "\(word)-\(suffix)" }

    /// The container of a service.
    func container(_ word: String) -> String { "dokku.\(type).\(name(word))" }

    /// Runs one of the plugin's commands on the host. Words with a leading `@` stand for services of this test.
    @discardableResult
    func run(_ command: String, _ arguments: String..., input: String = "") async throws -> Outcome {
        let words = ["\(type):\(command)"] + arguments.map { $0.hasPrefix("@") ? name(String($0.dropFirst())) : $0 }
        return try await host.run(
            host.executable, words, input: input, environment: ["CAIRN_ROOT": host.root, "SSH_USER": "root"])
    }

    /// Runs a line of shell on the host in which `cairn` is a word, for what is not text.
    @discardableResult
    func shell(_ line: String) async throws -> Outcome {
        try await host.run(
            "/bin/sh", ["-c", "cairn() { '\(host.executable)' \"$@\"; }\n" + line],
            environment: ["CAIRN_ROOT": host.root, "SSH_USER": "root"])
    }

    /// Runs the engine's client.
    @discardableResult
    func docker(_ arguments: String..., input: String = "") async throws -> Outcome {
        try await host.run(
            "/usr/bin/env", ["docker"] + arguments, input: input,
            environment: ["DOCKER_HOST": "unix://" + host.settings.engineSocket])
    }

    /// How many releases an app has: each restart for a change of config makes one.
    func releases(of app: String) async throws -> Int {
        try await host.cairn("releases", app, "--format", "json").check().output.components(separatedBy: "\"version\"")
            .count - 1
    }

    private func removeAll() async {
        for container in (try? await host.engine.listContainers(all: true)) ?? []
        where container.names.contains(where: { $0.contains("dokku.\(type).") && $0.contains("-\(suffix)") }) {
            try? await host.engine.removeContainer(container.id, force: true, volumes: true)
        }
    }
}

extension SampleApp {
    /// An app that answers a request for `/NAME` with the output of one of its shell commands of that name.
    static func asking(
        _ name: String, on host: TestHost, image: String, commands: [String: String]
    ) async throws -> SampleApp {
        let entries = commands.map { "'\($0.key)' => q{\($0.value)}" }.joined(separator: ", ")
        let server = """
            use strict; use warnings; use IO::Socket::INET;
            $| = 1; $SIG{TERM} = sub { exit 0 };
            my %commands = (\(entries));
            my $server = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 50, ReuseAddr => 1) or die $!;
            while (1) {
                my $client = $server->accept or next;
                my ($name) = (<$client> // '') =~ m{ /(\\w*)};
                while (defined(my $line = <$client>)) { last if $line eq "\\r\\n" }
                my $command = $commands{$name // ''};
                my $text = defined $command ? `{ $command; } 2>&1` : "up\\n";
                print $client "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: " . length($text)
                    . "\\r\\n\\r\\n$text";
                close $client;
            }

            """
        let dockerfile = """
            FROM \(image)
            ENTRYPOINT []
            WORKDIR /app
            COPY server.pl .
            CMD ["perl", "server.pl"]

            """
        return try await SampleApp(name, on: host, files: ["Dockerfile": dockerfile, "server.pl": server])
    }
}
