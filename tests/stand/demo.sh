#!/bin/sh
# demo.sh SLIPWAY [KEEP-DIR]: a small project with history, a real git server on loopback, and its
# release: the plan is shown, the run is killed (SIGKILL) in the middle of the push, resumed, and
# the server is asked what it has now. Ends with code 0 only when every promise was kept.
set -eu
slipway=${1:?demo.sh SLIPWAY}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d "/tmp/slipway-demo.XXXXXX")
server='' run=''

end() {
  trap '' INT TERM HUP
  trap - EXIT
  [ -z "$run" ] || kill -9 "$run" 2>/dev/null || :
  [ -z "$server" ] || { kill "$server" 2>/dev/null || :; wait "$server" 2>/dev/null || :; }
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi
tell() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }
prompt() { printf '%s$ %s%s\n' "$bold" "$*" "$plain"; }
show() { prompt "$@"; "$@"; }
broken() { printf 'demo: %s\n' "$*" >&2; exit 1; }

# Nothing of the caller's configuration matters here, and nothing of it is touched.
export HOME="$work/home" GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE SLIPWAY_LUA_DIR
mkdir "$HOME" "$work/pelican"
git config --global user.name 'Ada Example'
git config --global user.email ada@example.test
git config --global init.defaultBranch main

tell 'A git server on loopback (git daemon), and a project with three months of history'
mkfifo "$work/server"
sh "$here/serve.sh" git_daemon >"$work/server" &
server=$!
url='' repos=''
while read -r line; do
  case $line in
    url=*) url=${line#url=} ;;
    repos=*) repos=${line#repos=} ;;
    ready) break ;;
  esac
done <"$work/server"
[ -n "$url" ] && [ -n "$repos" ] || broken 'the git server did not start'
remote=$repos/pelican.git
git init -q --bare "$remote"

cd "$work/pelican"
git init -q
day=0
commit() { # commit MESSAGE: everything, one day after the last one
  day=$((day + 1))
  date=$(printf '2026-08-%02dT10:00:00+00:00' "$day")
  git add -A
  GIT_AUTHOR_DATE=$date GIT_COMMITTER_DATE=$date git commit -q -m "$1"
}
mkdir src
printf '[package]\nname = "pelican"\nversion = "1.0.0"\nedition = "2021"\n' >Cargo.toml
printf 'version = 3\n\n[[package]]\nname = "pelican"\nversion = "1.0.0"\n' >Cargo.lock
printf 'fn main() {\n    println!("fish");\n}\n' >src/main.rs
commit 'feat: catch fish'
git tag -a -m 'Release 1.0.0' v1.0.0
printf '// a bigger beak\n' >>src/main.rs; commit 'feat: a bigger beak'
sed -i 's/1\.0\.0/1.1.0/' Cargo.toml Cargo.lock
printf '# Changelog\n\n## 1.1.0 - 2026-08-03\n\n### Features\n\n- a bigger beak\n' >CHANGELOG.md
commit 'Release 1.1.0'
git tag -a -m 'Release 1.1.0' v1.1.0
printf '// two wings\n' >>src/main.rs; commit 'feat(flight): glide for an hour without beating a wing'
printf '// no squid\n' >>src/main.rs; commit 'fix: a squid is no longer taken for a fish'
printf '// notes\n' >>src/main.rs; commit 'docs: say where pelicans sleep'
git remote add origin "$url/pelican.git"
git push -q origin main v1.0.0 v1.1.0
git log --oneline --decorate

tell 'Where the project stands, and the next version'
prompt slipway
"$slipway"
prompt slipway next --why
"$slipway" next --why

tell 'The plan. Nothing is written by it'
before=$(git ls-remote origin; git status --porcelain; git rev-parse HEAD)
prompt slipway plan release
"$slipway" plan release
[ "$before" = "$(git ls-remote origin; git status --porcelain; git rev-parse HEAD)" ] || broken 'the plan has changed something'

tell 'The run. The server takes its time over the push, and there we kill slipway with SIGKILL'
cat >"$remote/hooks/pre-receive" <<H
#!/bin/sh
touch "$work/push-arrived"
sleep 1
touch "$work/push-answered"
H
chmod +x "$remote/hooks/pre-receive"
prompt 'slipway run release --yes &'
"$slipway" run release --yes &
run=$!
waited=0
until [ -e "$work/push-arrived" ]; do
  kill -0 "$run" 2>/dev/null || broken 'the run ended before its push'
  waited=$((waited + 1))
  [ "$waited" -lt 1200 ] || broken 'the push did not come in a minute'
  sleep 0.05
done
prompt "kill -9 $run"
kill -9 "$run"
wait "$run" 2>/dev/null || :
run=''

tell 'Was the push made or not? The run stands open; resume asks the server, not our memory'
until [ -e "$work/push-answered" ]; do sleep 0.05; done
prompt slipway runs
"$slipway" runs
prompt slipway resume
"$slipway" resume

tell 'What the server has now'
show git ls-remote origin
prompt 'git clone … && cat CHANGELOG.md Cargo.toml'
git clone -q "$url/pelican.git" "$work/clone"
cat "$work/clone/CHANGELOG.md" "$work/clone/Cargo.toml"

tags=$(git -C "$work/clone" tag | tr '\n' ' ')
[ "$tags" = 'v1.0.0 v1.1.0 v1.2.0 ' ] || broken "the tags are: $tags"
[ "$(git -C "$work/clone" cat-file -t v1.2.0)" = tag ] || broken 'v1.2.0 is not an annotated tag'
[ "$(git -C "$work/clone" rev-parse 'v1.2.0^{commit}')" = "$(git -C "$work/clone" rev-parse origin/main)" ] || broken 'the tag is not the tip of main'
[ "$(git -C "$work/clone" rev-list --count v1.1.0..v1.2.0)" = 4 ] || broken 'not one release commit'
grep -q '^version = "1.2.0"' "$work/clone/Cargo.toml" || broken 'Cargo.toml is not at 1.2.0'
grep -q 'glide for an hour' "$work/clone/CHANGELOG.md" || broken 'the changelog does not tell of the feature'
[ -z "$(git status --porcelain)" ] || broken 'the work tree is not clean'
tell 'Released: one tag, one commit, once, although the run was killed. Everything of the demo is removed again'
