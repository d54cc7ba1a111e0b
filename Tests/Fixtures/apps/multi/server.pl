# Answers on $PORT with the words of the build and those of the run, with nothing but what every Debian system has.
use strict;
use warnings;
use IO::Socket::INET;

open(my $file, '<', 'exported.txt') or die "exported.txt: $!";
my $exported = do { local $/; <$file> };
my $text = $exported . "$ENV{WORDS_AT_RUN_TIME}\n";
my $server = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 64, ReuseAddr => 1) or die "listen: $!";
$SIG{TERM} = sub { exit 0 };
while (my $client = $server->accept) {
    while (my $line = <$client>) { last if $line =~ /^\r?\n$/ }
    print $client "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
        . length($text) . "\r\nConnection: close\r\n\r\n" . $text;
    close $client;
}
