#!/usr/bin/perl
# A small HTTP server in core Perl: one process for each connection, one answer on each connection.
use strict;
use warnings;

use IO::Socket::INET;
use POSIX ();

use constant REQUEST_SECONDS => 10;
use constant MAX_HEADER_BYTES => 16_384;

my $port = $ENV{PORT} // 5000;

# Docker starts this as process 1, for which a signal without a handler does nothing.
my $stopping = 0;
my $stop = POSIX::SigAction->new(sub { $stopping = 1 });
POSIX::sigaction($_, $stop) for POSIX::SIGTERM, POSIX::SIGINT;
$SIG{CHLD} = 'IGNORE';

my $server = IO::Socket::INET->new(
    LocalAddr => '0.0.0.0', LocalPort => $port, Listen => 128, ReuseAddr => 1,
) or die "cannot listen on port $port: $@\n";
$| = 1;
print "listening on port $port\n";

until ($stopping) {
    my $client = $server->accept or next;
    my $child = fork;
    if (!defined $child) {
        warn "cannot fork: $!\n";
    } elsif ($child == 0) {
        $server->close;
        answer($client);
        exit 0;
    }
    $client->close;
}
print "stopping\n";

sub answer {
    my ($client) = @_;
    $SIG{ALRM} = 'DEFAULT';
    alarm REQUEST_SECONDS;
    my $header = '';
    while ($header !~ /\r?\n\r?\n/) {
        sysread($client, $header, 4096, length $header) or return;
        return send_answer($client, '431 Request Header Fields Too Large', '', 1) if length $header > MAX_HEADER_BYTES;
    }
    my ($method, $path) = $header =~ m{\A([A-Z]+) (\S+) HTTP/1\.[01]\r?\n}
        or return send_answer($client, '400 Bad Request', "not an HTTP request\n", 1);
    my ($status, $body) = page($method, $path);
    print "$method $path $status\n";
    send_answer($client, $status, $body, $method ne 'HEAD');
}

sub page {
    my ($method, $path) = @_;
    return ('405 Method Not Allowed', "GET and HEAD only\n") unless $method eq 'GET' || $method eq 'HEAD';
    return ('404 Not Found', "nothing here\n") unless $path =~ m{\A/(?:\?|\z)};
    my $release = $ENV{CAIRN_RELEASE} // 'unknown';
    my $instance = $ENV{DYNO} // $ENV{HOSTNAME} // 'unknown';
    return ('200 OK', "Hello from Cairn\nrelease $release, instance $instance\n");
}

sub send_answer {
    my ($client, $status, $body, $with_body) = @_;
    print {$client} join "\r\n",
        "HTTP/1.1 $status",
        'Content-Type: text/plain; charset=utf-8',
        'Content-Length: ' . length $body,
        'Connection: close',
        '', $with_body ? $body : '';
    $client->close;
}
