#!/bin/sh
# Reading commit messages and ordering versions against git and sort, as ratios: above 1.00 Slipway is
# faster. The best of several runs counts. Nothing is asserted: a busy machine proves nothing.
#   versions.sh [SLIPWAY] [COMMITS] [RUNS]
set -eu
slipway=${1:-slipway} commits=${2:-20000} runs=${3:-3}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT INT TERM
git init -q -b main "$room/history"
cd "$room/history"

# Conventional commits with ten lines of body, the same on every run.
python3 - "$commits" <<'P' | git fast-import --quiet
import sys
body = "\n".join("This line of the body explains the change in some detail, number %d." % i for i in range(10))
types = ["feat", "fix", "docs", "chore", "refactor", "perf", "test", "ci"]
for i in range(1, int(sys.argv[1]) + 1):
    text = "%s(scope%d): change number %d of the thing (#%d)\n\n%s\n\nRefs: #%d\n" % (types[i % 8], i % 30, i, i, body, i)
    print("commit refs/heads/main\nmark :%d\ncommitter A <a@b.c> %d +0000\ndata %d\n%s" % (i, 1500000000 + i * 60, len(text), text))
P
git repack -adq
git log -z --format=%B > ../messages
awk -v n="$commits" 'BEGIN { srand(1); for (i = 0; i < n; i++) printf "%d.%d.%d\n", rand() * 50, rand() * 200, rand() * 1000 }' > ../versions

best() { # seconds of the fastest run
  fastest=
  i=0
  while [ "$i" -lt "$runs" ]; do
    begin=$(date +%s.%N)
    "$@" > /dev/null
    fastest=$(awk -v b="$begin" -v e="$(date +%s.%N)" -v f="$fastest" 'BEGIN { t = e - b; print (f == "" || t < f) ? t : f }')
    i=$((i + 1))
  done
  echo "$fastest"
}

git_log() { git log --format=%B; }
parse() {
  "$slipway" eval 'local seen = 0
    for message in (io.open("../messages"):read "a"):gmatch "[^\0]+" do
      if conventional.parse(message) then seen = seen + 1 end
    end
    assert(seen == tonumber((...)), seen)' "$commits"
}
sort_v() { sort -V ../versions; }
order() {
  "$slipway" eval 'local list = {}
    for line in io.lines "../versions" do list[#list + 1] = semver.parse(line) end
    table.sort(list)
    assert(#list == tonumber((...)))' "$commits"
}

row() { # name ours theirs
  awk -v n="$1" -v o="$2" -v t="$3" 'BEGIN { printf "%-44s %8.3f s %8.3f s   %.2f\n", n, o, t, t / o }'
}
printf '%-44s %10s %10s   %s\n' "$commits commits, $(nproc) cores" slipway other ratio
row "parse every message / git log --format=%B" "$(best parse)" "$(best git_log)"
row "parse and sort versions / sort -V" "$(best order)" "$(best sort_v)"
