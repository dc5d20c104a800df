#!/bin/sh
# The plan of a monorepo against one `git log --name-only` of its whole history, as ratios: the goal is at most 2.
# Every package has been released once, in the first hundredth of the history or nowhere (second row).
#   monorepo.sh [SLIPWAY] [PACKAGES] [COMMITS] [RUNS]
set -eu
slipway=${1:-slipway} packages=${2:-1000} commits=${3:-100000} runs=${4:-1}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT INT TERM
export XDG_CACHE_HOME="$room/cache" HOME="$room"
git init -q -b main "$room/history"
cd "$room/history"
git config user.name A
git config user.email a@example.test

# npm packages with folders of their own; a commit changes a file of one of them, every tenth of two.
python3 - "$packages" "$commits" <<'P' | git fast-import --quiet
import sys
packages, commits = int(sys.argv[1]), int(sys.argv[2])
out = sys.stdout
types = ["feat", "fix", "docs", "chore", "refactor", "perf", "test", "ci"]
def data(text): out.write("data %d\n%s\n" % (len(text), text))
def commit(n, text):
    out.write("commit refs/heads/main\nmark :%d\ncommitter A <a@b.c> %d +0000\n" % (n, 1500000000 + n * 60))
    data(text)
def file(path, text):
    out.write("M 644 inline %s\n" % path)
    data(text)
commit(1, "chore: first")
file("package.json", '{\n  "name": "root",\n  "private": true,\n  "workspaces": ["packages/*"]\n}\n')
for p in range(packages):
    need = ',\n  "dependencies": { "p%d": "^1.0.0" }' % (p - 7) if p % 3 == 0 and p > 7 else ""
    file("packages/p%d/package.json" % p, '{\n  "name": "p%d",\n  "version": "1.%d.0"%s\n}\n' % (p, p % 9, need))
    for f in range(5): file("packages/p%d/src/file%d.js" % (p, f), "export const x = %d\n" % f)
for n in range(2, commits + 1):
    p = n * 7919 % packages
    commit(n, "%s(p%d): change number %d of the thing (#%d)\n\nWhy it was changed, in a line or two.\n" % (types[n % 8], p, n, n))
    file("packages/p%d/src/file%d.js" % (p, n % 5), "export const x = %d\n" % n)
    if n % 10 == 0: file("packages/p%d/src/more%d.js" % ((p + 13) % packages, n % 3), "// %d\n" % n)
for p in range(packages):
    out.write("tag p%d@1.%d.0\nfrom :%d\ntagger A <a@b.c> 1500000000 +0000\n" % (p, p % 9, 1 + p * max(1, commits // 100) // packages))
    data("p%d" % p)
P
git repack -adq
git reset -q --hard

best() { # seconds of the fastest run
  fastest=
  i=0
  while [ "$i" -lt "$runs" ]; do
    begin=$(date +%s.%N)
    "$@" > "$room/out"
    fastest=$(awk -v b="$begin" -v e="$(date +%s.%N)" -v f="$fastest" 'BEGIN { t = e - b; print (f == "" || t < f) ? t : f }')
    i=$((i + 1))
  done
  echo "$fastest"
}

git_log() { git log --name-only; }
next() { "$slipway" next --json; }
plan() { "$slipway" plan release --json; }

row() { # name ours theirs
  awk -v n="$1" -v o="$2" -v t="$3" 'BEGIN { printf "%-44s %8.3f s %8.3f s   %.2f\n", n, o, t, o / t }'
}
printf '%-44s %10s %10s   %s\n' "$packages packages, $commits commits, $(nproc) cores" slipway git ratio
floor=$(best git_log)
row "next / git log --name-only" "$(best next)" "$floor"
row "plan release / git log --name-only" "$(best plan)" "$floor"
git tag -l | xargs git tag -d > /dev/null
row "next, nothing tagged / git log --name-only" "$(best next)" "$floor"
