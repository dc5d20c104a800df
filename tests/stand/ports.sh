# Loopback ports, by the perl that every Debian has.

# free_port: prints one that nobody listens on, below the range that outgoing connections take
free_port() {
  perl -MIO::Socket::INET -e 'for (1 .. 200) {
    my $port = 20000 + int rand 12000;
    my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 1) or next;
    print $port; exit 0 } exit 1'
}

# wait_for_port PORT PID [SECONDS]: until somebody answers there; fails when the process has ended
wait_for_port() {
  perl -MIO::Socket::INET -e 'my ($port, $pid, $seconds) = @ARGV;
    for (1 .. 40 * ($seconds || 60)) {
      exit 0 if IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port, Timeout => 1);
      open my $f, "<", "/proc/$pid/stat" or exit 1;
      exit 1 if <$f> =~ /\) Z /;
      select undef, undef, undef, 0.025 } exit 1' "$@"
}
