#!/bin/sh
# The whole changelog of a long history against `git log --format=%B`, as a ratio of the fastest runs: above 1.00
# Slipway is faster. Nothing is asserted: a busy machine proves nothing.
#   changelog.sh [SLIPWAY] [COMMITS] [RUNS]
set -eu
slipway=${1:-slipway} commits=${2:-20000} runs=${3:-3}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 130' INT TERM
cd "$room"
git init -q -b main .

# Conventional commits, a tag for every hundred, the same on every run.
python3 - "$commits" <<'P' | git fast-import --quiet
import sys
kinds = ["feat", "fix", "docs", "chore", "refactor", "perf", "feat", "fix"]
for i in range(1, int(sys.argv[1]) + 1):
    text = kinds[i % 8] + ("(core)" if i % 3 == 0 else "") + f": change number {i}" + (f" (#{i})" if i % 5 == 0 else "")
    if i % 4 == 0:
        text += "\n\nSome body text that explains\nin several lines.\n\nSigned-off-by: A <a@example.org>"
    text += "\n"
    print(f"commit refs/heads/main\nmark :{i}\ncommitter A <a@example.org> {1600000000 + i * 600} +0000\ndata {len(text)}\n{text}", end="")
    if i == 1:
        print("M 100644 inline VERSION\ndata 6\n1.0.0\n")
    if i % 100 == 0:
        print(f"reset refs/tags/v1.{i // 100}.0\nfrom :{i}\n")
P
git repack -adq

best() {
  fastest=
  i=0
  while [ "$i" -lt "$runs" ]; do
    begin=$(date +%s.%N)
    "$@" > out
    fastest=$(awk -v b="$begin" -v e="$(date +%s.%N)" -v f="$fastest" 'BEGIN { t = e - b; print (f == "" || t < f) ? t : f }')
    i=$((i + 1))
  done
  echo "$fastest"
}

ours=$(best "$slipway" changelog)
theirs=$(best git log --format=%B)
awk -v n="$commits" -v o="$ours" -v t="$theirs" 'BEGIN {
  printf "changelog of %d commits: slipway %.2f s, git log %.2f s, ratio %.2f\n", n, o, t, t / o }'
if [ -x /usr/bin/time ]; then
  /usr/bin/time -f "memory: slipway %M KiB" "$slipway" changelog > out
  /usr/bin/time -f "memory: git log %M KiB" git log --format=%B > out
fi
