# Loopback ports, by the perl that every Debian has.

# free_port: prints one that nobody listens on, below the range that outgoing connections take
free_port() {
  perl -MIO::Socket::INET -e 'for (1 .. 200) {
    my $port = 20000 + int rand 12000;
    my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 1) or next;
    print $port; exit 0 } exit 1'
}

# wait_for_port PORT PID [SECONDS]: until that process answers there, and nobody else who took the port before it; fails
# when the process has ended
wait_for_port() {
  perl -MIO::Socket::INET -e 'my ($port, $pid, $seconds) = @ARGV;
    sub family { my ($of) = @_; # with the processes that it has started: git daemon is one of git
      return ($of, map { open(my $f, "<", $_) ? map { family($_) } split(" ", <$f> // "") : () } glob "/proc/$of/task/*/children") }
    sub listens { # /proc/net/tcp: state 0A
      return 1 unless -r "/proc/$$/task/$$/children"; # nobody tells: whoever answers is believed
      my %own = map { (readlink($_) // "") =~ /^socket:\[(\d+)\]/ ? ($1 => 1) : () } map { glob "/proc/$_/fd/*" } family($pid);
      my $here = sprintf ":%04X", $port;
      for my $table ("tcp", "tcp6") {
        open my $f, "<", "/proc/$pid/net/$table" or next;
        while (<$f>) { my @c = split; return 1 if $c[1] =~ /$here$/ && $c[3] eq "0A" && $own{$c[9]} }
      }
    }
    for (1 .. 40 * ($seconds || 60)) {
      exit 0 if listens() && IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port, Timeout => 1);
      open my $f, "<", "/proc/$pid/stat" or exit 1;
      exit 1 if <$f> =~ /\) Z /;
      select undef, undef, undef, 0.025 } exit 1' "$@"
}
