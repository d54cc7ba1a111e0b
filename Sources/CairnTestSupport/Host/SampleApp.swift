import Foundation

/// A small app in a git repository: a web server in Perl, which every Debian base image can run, and what a test wants to
/// have changed about it.
public struct SampleApp: Sendable {
    public let host: TestHost
    public let name: String
    public var directory: String { host.home + "/" + name }
    public var domain: String { "\(name).test.local" }

    /// Makes the repository with a first commit.
    public init(_ name: String, on host: TestHost, files: [String: String] = [:]) async throws {
        self.host = host
        self.name = name
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try await host.git("init", "--quiet", "--initial-branch=main", in: directory).check()
        try await host.git("remote", "add", "cairn", host.remote(name), in: directory).check()
        try write(["Dockerfile": Self.dockerfile, "server.pl": Self.server, "message": "one\n"].merging(files) { $1 })
        try await commit("first")
    }

    public func write(_ files: [String: String]) throws {
        for (path, text) in files {
            let url = URL(fileURLWithPath: directory + "/" + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
    }

    public func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: directory + "/" + path) }

    public func commit(_ message: String) async throws {
        try await host.git("add", "--all", in: directory).check()
        try await host.git("commit", "--quiet", "--allow-empty", "-m", message, in: directory).check()
    }

    /// Pushes main; what the pusher sees is on the error stream.
    @discardableResult
    public func push(_ options: String..., ref: String = "main", environment: [String: String] = [:]) async throws
        -> Outcome
    {
        try await host.run(
            "/usr/bin/git", ["-C", directory, "push"] + options + ["cairn", ref],
            environment: host.gitEnvironment.merging(environment) { $1 })
    }

    /// Changes the message that the app answers with, commits and pushes.
    @discardableResult
    public func change(to message: String) async throws -> Outcome {
        try write(["message": message + "\n"])
        try await commit(message)
        return try await push()
    }

    /// The body, without its last line end, and the status of a request.
    public func get(_ path: String = "/") async throws -> (body: String, status: String) {
        let lines = try await host.get(path, host: domain).output.split(separator: "\n")
        return (lines.dropLast().joined(separator: "\n"), String(lines.last ?? ""))
    }

    public static let dockerfile = """
        FROM debian:bookworm-slim
        WORKDIR /app
        COPY . .
        CMD ["perl", "server.pl"]

        """

    /// Answers every request with the message, the app's name, its instance and its release. One process serves many
    /// connections, so that idle ones that a proxy keeps open block nobody. On SIGTERM it answers what it has, then ends.
    ///
    /// Some paths do something else: `/env` and `/headers` show the environment and the request, `/size` the length of the
    /// body, `/fail` has status 500, `/slow` takes two seconds, `/hang` answers nobody any more, `/exit` ends the process
    /// with status 3. An upgrade to `echo` or `websocket` sends back every byte.
    public static let server = #"""
        use strict; use warnings; use IO::Socket::INET; use IO::Select; use Socket qw(TCP_NODELAY IPPROTO_TCP);
        $| = 1;
        my $port = $ENV{PORT} // 5000;
        my $address = $ENV{BIND} // '0.0.0.0';
        open my $file, '<', 'message' or die; chomp(my $message = <$file>); close $file;
        my $server = IO::Socket::INET->new(LocalAddr => $address, LocalPort => $port, Listen => 511, ReuseAddr => 1)
            or die "cannot listen: $!";
        print "listening on $address:$port\n";
        my ($ending, %buffer, %echoes) = (0);
        $SIG{TERM} = sub { $ending = 1 }; $SIG{PIPE} = 'IGNORE';
        my $select = IO::Select->new($server);

        sub body {
            my ($path, $head, $length) = @_;
            return join('', map { "$_=$ENV{$_}\n" } sort keys %ENV) if $path eq '/env';
            return $head if $path eq '/headers';
            return "$length\n" if $path eq '/size';
            select undef, undef, undef, 2 if $path eq '/slow';
            exit 3 if $path eq '/exit';
            if ($path eq '/hang') { select undef, undef, undef, 1 until $ending }
            return join(' ', $message, map { $_ // '-' } @ENV{qw(CAIRN_APP DYNO CAIRN_RELEASE)}) . "\n";
        }

        sub answer {
            my ($socket, $head, $length) = @_;
            if (my ($protocol) = $head =~ /^Upgrade: *(\S+)/mi) {
                $echoes{$socket} = 1;
                return syswrite $socket, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: $protocol\r\nConnection: Upgrade\r\n\r\n";
            }
            my ($path) = $head =~ /\A\w+ (\S+)/;
            my $status = $path eq '/fail' ? '500 Internal Server Error' : '200 OK';
            my $body = body($path, $head, $length);
            syswrite $socket, "HTTP/1.1 $status\r\nContent-Type: text/plain\r\nContent-Length: " . length($body)
                . "\r\n\r\n" . $body;
        }

        until ($ending) {
            for my $socket ($select->can_read(1)) {
                if ($socket == $server) {
                    my $client = $server->accept or next;
                    setsockopt($client, IPPROTO_TCP, TCP_NODELAY, 1);
                    $select->add($client); $buffer{$client} = ''; next;
                }
                my $read = sysread $socket, $buffer{$socket}, 65536, length $buffer{$socket};
                if (!$read) {
                    $select->remove($socket); delete $buffer{$socket}; delete $echoes{$socket}; close $socket; next;
                }
                while (!$echoes{$socket} && $buffer{$socket} =~ /\A(.*?\r\n\r\n)/s) {
                    my $head = $1;
                    my $length = $head =~ /^Content-Length: *(\d+)/mi ? $1 : 0;
                    last if length $buffer{$socket} < length($head) + $length;
                    substr $buffer{$socket}, 0, length($head) + $length, '';
                    answer($socket, $head, $length);
                }
                if ($echoes{$socket}) { syswrite $socket, $buffer{$socket}; $buffer{$socket} = '' }
            }
        }
        print "ending\n";

        """#
}
