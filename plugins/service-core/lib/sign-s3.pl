#!/usr/bin/perl
# Signs a PUT to a bucket (AWS Signature Version 4, the payload's hash included). Reads from standard input, a line each:
# the URL, the region, the key id, the secret, the file's path, and the time as 20130524T000000Z or nothing for now.
# Writes a configuration for curl.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256_hex);
use POSIX qw(strftime);

chomp(my ($url, $region, $id, $secret, $file, $time) = (<STDIN>, ('') x 6)[0 .. 5]);
$time ||= strftime('%Y%m%dT%H%M%SZ', gmtime);
my $day = substr $time, 0, 8;
my ($host, $path) = $url =~ m{^https?://([^/]+)(/.*)$} or die "not a URL: $url\n";
my $hash = Digest::SHA->new(256)->addfile($file, 'b')->hexdigest;

my $names = 'host;x-amz-content-sha256;x-amz-date';
my $request = join "\n", 'PUT', $path, '', "host:$host", "x-amz-content-sha256:$hash", "x-amz-date:$time", '', $names, $hash;
my $scope = "$day/$region/s3/aws4_request";
my $text = join "\n", 'AWS4-HMAC-SHA256', $time, $scope, sha256_hex($request);
my $key = "AWS4$secret";
$key = hmac_sha256($_, $key) for $day, $region, 's3', 'aws4_request';
my $signature = hmac_sha256_hex($text, $key);

print qq{url = "$url"\n};
print qq{header = "x-amz-date: $time"\n};
print qq{header = "x-amz-content-sha256: $hash"\n};
print qq{header = "Authorization: AWS4-HMAC-SHA256 Credential=$id/$scope, SignedHeaders=$names, Signature=$signature"\n};
