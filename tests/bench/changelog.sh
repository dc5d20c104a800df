#!/bin/sh
# slipway next and slipway changelog against git itself and against the other tools that are installed, as ratios in
# one run; a history is a number of commits (made by histories.sh; with "w" behind it clocks were wrong) or the folder of
# a clone.
#   changelog.sh [SLIPWAY] [HISTORY…]          default: 1000 10000 100000
#     next        goal: at most 1.0 of the floor, git describe and git log since that tag; with what an earlier run has
#                 kept in the user's cache, and without
#     changelog   goal: at most 1.0 of git log --format=%B without the cache, 0.5 with it; memory below git log's, and
#                 at most 64 MiB at a million commits, with the cache being made and without
#     growth      the time for a commit of the largest synthetic history against that of 10000; goal: at most 1.2
# BENCH_ROOM keeps the histories between runs, BENCH_RUNS is how often each is timed (the median counts), BENCH_LIMIT
# how many seconds another tool is given. Prints, never judges: a busy machine proves nothing.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
slipway=${1:-$here/../../build/slipway}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- 1000 10000 100000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
room=${BENCH_ROOM:-$work/histories}
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 XDG_CACHE_HOME="$work/cache"
unset SLIPWAY_LUA_DIR

cat > "$work/time.py" <<'P'
# time.py RUNS LIMIT FORGET ARGV…: "median-seconds peak-KiB", or "fails" or "slow"; FORGET: the folder that is removed before
# each run, or ""
import os, re, shutil, subprocess, sys, time
runs, limit, forget, argv = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4:]
def run(argv):
    if forget:
        shutil.rmtree(forget, ignore_errors=True)
    begun = time.monotonic()
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        said = child.communicate(timeout=limit)[1]
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, 9)
        print("slow")
        sys.exit()
    return time.monotonic() - begun, child.returncode, said
times = []
for _ in range(runs):
    taken, code, _ = run(argv)
    times.append(taken)
    if code not in (0, 3, 21):  # nothing to release: slipway says 3, commitizen 21
        print("fails")
        sys.exit()
    if taken > limit / 4:
        break
peak = 0
if os.access("/usr/bin/time", os.X_OK):  # a process of its own, because Python's memory would count
    peak = int(re.findall(rb"(\d+)", run(["/usr/bin/time", "-f", "%M"] + argv)[2])[-1])
print("%.4f %d" % (sorted(times)[len(times) // 2], peak))
P
# Without settings of its own commitizen knows no version: it is told to read tags.
printf '[tool.commitizen]\nname = "cz_conventional_commits"\nversion_provider = "scm"\ntag_format = "v$version"\n' > "$work/cz.toml"

measure() { python3 "$work/time.py" "${BENCH_RUNS:-5}" "${BENCH_LIMIT:-60}" "" "$@"; }
afresh() { python3 "$work/time.py" "${BENCH_RUNS:-5}" "${BENCH_LIMIT:-60}" "$XDG_CACHE_HOME" "$@"; }

# row NAME RESULT FLOOR [GOAL]
row() {
  echo "$1|$2|$3|${4:-}" | awk -F'|' '{ split($2, r, " "); split($3, f, " ")
    if (r[1] == "fails" || r[1] == "slow") { printf "    %-34s %10s\n", $1, r[1]; next }
    printf "    %-34s %8.3f s %7.1f MiB   %6.2f%s\n", $1, r[1], r[2] / 1024, r[1] / f[1], $4 == "" ? "" : "   goal " $4 }'
}
other() { # other NAME FLOOR PROGRAM ARGUMENTS…
  name=$1 base=$2
  shift 2
  if command -v "$1" >/dev/null; then row "$name" "$(measure "$@")" "$base"; fi
}

for history; do
  case $history in
    *[!0-9w]* | w*) dir=$(CDPATH='' cd -- "$history" && pwd) ;;
    *) sh "$here/histories.sh" "$room" "$history"; dir=$room/$history ;;
  esac
  cd "$dir"
  tag=$(git describe --tags --abbrev=0)
  echo "$history: $(git rev-list --count HEAD) commits, $(git tag | wc -l) tags, $(git rev-list --count "$tag..HEAD") since $tag"
  echo "  next version"
  floor=$(measure sh -c 'git log --format=%B "$(git describe --tags --abbrev=0)..HEAD"')
  row "git describe, git log" "$floor" "$floor"
  row "slipway next, nothing kept" "$(afresh "$slipway" next)" "$floor" "<= 1.0"
  row "slipway next, again" "$(measure "$slipway" next)" "$floor" "<= 1.0"
  row "slipway, nothing kept" "$(afresh "$slipway")" "$floor" "<= 1.0"
  row "slipway, again" "$(measure "$slipway")" "$floor" "<= 1.0"
  other "svu next" "$floor" svu next
  other "cocogitto" "$floor" cog bump --auto --dry-run
  other "convco" "$floor" convco version --bump
  other "commitizen" "$floor" cz --config "$work/cz.toml" bump --get-next --yes
  other "git-cliff" "$floor" git-cliff --offline --bumped-version
  other "semantic-release" "$floor" semantic-release --dry-run --no-ci --branches "$(git symbolic-ref --short HEAD)" \
    --repository-url "file://$PWD" --plugins @semantic-release/commit-analyzer
  other "python-semantic-release" "$floor" python-semantic-release --noop version --print
  echo "  changelog of the whole history"
  floor=$(measure git log --format=%B)
  row "git log --format=%B" "$floor" "$floor"
  cold=$(measure "$slipway" changelog --no-cache)
  row "slipway changelog, no cache" "$cold" "$floor" "<= 1.0"
  row "slipway changelog, making it" "$(afresh "$slipway" changelog)" "$floor" "<= 1.0"
  "$slipway" changelog > "$work/page"
  row "slipway changelog, again" "$(measure "$slipway" changelog)" "$floor" "<= 0.5"
  "$slipway" changelog --no-cache | cmp - "$work/page"
  other "commitizen" "$floor" cz --config "$work/cz.toml" changelog --dry-run
  other "conventional-changelog" "$floor" conventional-changelog -p conventionalcommits -r 0
  other "cocogitto" "$floor" cog changelog
  other "git-cliff" "$floor" git-cliff --offline
  case $history in *[!0-9]*) ;; *) echo "$history ${cold% *}" >> "$work/growth" ;; esac
done
[ ! -s "$work/growth" ] || awk '{ each = $2 / $1; if ($1 == 10000) at = each; if ($1 >= most) { most = $1; last = each } }
  END { if (at && most > 10000) printf "growth: a commit of %d costs %.2f of one of 10000   goal <= 1.2\n", most, last / at }' "$work/growth"
