#!/bin/sh
# startup.sh [SLIPWAY]: what a start costs, as ratios in one run (performance.md, "Start-up" and "Next version").
#   --version   against git --version                                   goal: at most 4
#   next        against git describe + git log since the last tag       goal: at most 1 (more of it: changelog.sh);
#               the first time, and again with what that has kept in the user's cache
#   journal     a record appended without its sync, in milliseconds     goal: at most 1
# Medians of the wall time; prints, never judges.
set -eu
slipway=${1:-$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)/build/slipway}
work=$(mktemp -d /tmp/slipway-bench.XXXXXX)
trap 'rm -rf "$work"' EXIT
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 XDG_CACHE_HOME="$work/cache"
unset SLIPWAY_LUA_DIR

cd "$work"
git init -q -b main p
cd p
git config user.name Ada
git config user.email ada@example.test
printf '[package]\nname = "p"\nversion = "1.0.0"\n' >Cargo.toml
{
  i=0
  while [ $i -lt 1000 ]; do
    i=$((i + 1))
    printf 'commit refs/heads/main\nmark :%d\ncommitter Ada <ada@example.test> %d +0000\ndata <<X\nfix: number %d\n\nTen words of body for each of them, more or less.\nX\n' $i $((1700000000 + i)) $i
    [ $((i % 100)) -ne 0 ] || printf 'tag v1.%d.0\nfrom :%d\ntagger Ada <ada@example.test> %d +0000\ndata <<X\nx\nX\n' $((i / 100)) $i $((1700000000 + i))
  done
  printf 'commit refs/heads/main\ncommitter Ada <ada@example.test> 1700002000 +0000\ndata <<X\nfeat: the last\nX\nM 100644 inline Cargo.toml\ndata <<Y\n[package]\nname = "p"\nversion = "1.10.0"\nY\n'
} | git fast-import --quiet
git reset -q --hard
git gc -q

# median N ARGV…: milliseconds of wall time; first N ARGV…: each time with an empty cache
median() {
  perl -MTime::HiRes=time -MFile::Path=remove_tree -e 'my $n = shift; my @t;
    for (1 .. $n) { remove_tree($ENV{FORGET}) if $ENV{FORGET}; my $a = time; my $pid = fork;
      if (!$pid) { open STDOUT, ">", "/dev/null"; exec @ARGV } waitpid $pid, 0; push @t, 1000 * (time - $a) }
    @t = sort { $a <=> $b } @t; printf "%.2f", $t[@t / 2]' "$@"
}
first() { FORGET=$XDG_CACHE_HOME median "$@"; }
ratio() { perl -e 'printf "%-21s %8.2f ms   against %8.2f ms   ratio %.2f   goal %s\n", @ARGV[0 .. 2], $ARGV[1] / $ARGV[2], $ARGV[3]' -- "$@"; }

ratio --version "$(median 41 "$slipway" --version)" "$(median 41 git --version)" '<= 4'
floor=$(median 41 sh -c 'git log --format=%B "$(git describe --tags --abbrev=0)..HEAD"')
for command in next ''; do
  ratio "slipway${command:+ $command}, first" "$(first 41 "$slipway" $command)" "$floor" '<= 1'
  ratio "slipway${command:+ $command}, again" "$(median 41 "$slipway" $command)" "$floor" '<= 1'
done
"$slipway" eval '
  local journal, clock = require "door.journal", require "door.clock"
  local j = assert(journal.create { path = arg[1] .. "/journal" })
  local begun = clock.now_ms()
  for i = 1, 2000 do assert(j:append { kind = "NOTE", body = { text = "record " .. i } }) end
  print(("%-21s %8.3f ms a record   goal <= 1"):format("journal", (clock.now_ms() - begun) / 2000))' "$work"
