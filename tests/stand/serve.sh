#!/bin/sh
# serve.sh KIND: one server (a kind_*.sh beside this file: git_daemon, https, gitea, …) on a free loopback port,
# in a temporary folder of its own. Prints key=value lines, then "ready", and stays. Ends what it
# has started and removes its folder on TERM, INT or HUP, and when the process that started it dies.
# Exit 3: the program for this kind is not on this machine; the last line says how to get it.
set -eu
if [ "${SLIPWAY_STAND_TIED:-}" != "$PPID" ]; then
  exec env SLIPWAY_STAND_TIED="$PPID" setpriv --pdeathsig TERM sh "$0" "$@"
fi
. "$(dirname -- "$0")/places.sh"
. "$stand_here/ports.sh"
kind=${1:?which server?}

say() { printf '%s=%s\n' "$1" "$2"; }
absent() { printf 'absent=%s\n' "$*"; exit 3; }
need() { # need PROGRAM PACKAGE
  command -v "$1" >/dev/null 2>&1 || absent "$1 is missing: apt-get install $2"
}

dir=$(mktemp -d "/tmp/slipway-stand.XXXXXX")
chmod 711 "$dir"
mkdir "$dir/home"
pids=''
stop_signal=TERM

cleanup() {
  trap '' TERM INT HUP
  trap - EXIT
  for pid in $pids; do kill -s "$stop_signal" "$pid" 2>/dev/null || :; done
  for pid in $pids; do wait "$pid" 2>/dev/null || :; done
  rm -rf "$dir" 2>/dev/null || { sleep 0.2; rm -rf "$dir"; } || :
}
trap 'cleanup; exit 143' TERM INT HUP
trap cleanup EXIT

# The servers see nothing of the caller's configuration.
export HOME="$dir/home" GIT_CONFIG_NOSYSTEM=1
unset XDG_CONFIG_HOME GIT_CONFIG_GLOBAL GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE SSH_AUTH_SOCK

# start NAME ARGV…: a server that cannot outlive this script
start() {
  name=$1; shift
  setpriv --pdeathsig TERM "$@" >"$dir/$name.log" 2>&1 </dev/null &
  pids="$pids $!"
  printf '%s\n' "$!" >>"$dir/pids"
}

# answers NAME PORT: the last one started listens; else its log is shown. When somebody took the port before it, all begins
# again with another.
answers() {
  wait_for_port "$2" "$!" && return 0
  if [ "${SLIPWAY_STAND_TRIES:-0}" -lt 3 ] && grep -qi 'in use' "$dir/$1.log"; then
    cleanup
    trap - TERM INT HUP
    SLIPWAY_STAND_TRIES=$((${SLIPWAY_STAND_TRIES:-0} + 1)) exec sh "$0" "$kind"
  fi
  tail -20 "$dir/$1.log" >&2
  printf 'stand: %s did not start\n' "$1" >&2
  exit 1
}

[ -f "$stand_here/kind_$kind.sh" ] || { printf 'stand: no such server: %s\n' "$kind" >&2; exit 2; }
. "$stand_here/kind_$kind.sh"
say dir "$dir"
printf 'ready\n'
# Ends when a server ends by itself, which no server here does.
wait
