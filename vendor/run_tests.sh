# The whole of the tests, for vendor/install (which sources this): C tests by ctest, Lua tests by
# `slipway test`, in the release binary and in the one with ASan and UBSan. Every suite runs, also
# after a failure; the last line counts them all.

passed=0 failed=0 skipped=0

# count FILE: adds the last "N passed, N failed[, N skipped]" of a suite, or one failure without it
count() {
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$1" | tail -1)
  [ -n "$line" ] || { failed=$((failed + 1)); printf 'FAIL this suite did not end\n'; return 0; }
  passed=$((passed + $(printf '%s' "$line" | sed 's/ passed.*//')))
  failed=$((failed + $(printf '%s' "$line" | sed 's/.*passed, //; s/ failed.*//')))
  case $line in *skipped*) skipped=$((skipped + $(printf '%s' "$line" | sed 's/.*failed, //; s/ skipped.*//'))) ;; esac
}

# suite TITLE SECONDS ARGV…: runs one suite, shows and counts it. Its output goes to a file, not to a
# pipe: a process that a broken test has left behind would hold a pipe open for ever.
suite() {
  title=$1 limit=$2; shift 2
  out=$logs/suite
  say "$title"
  started=$(date +%s)
  : >"$out"
  tail -n +1 -s 0.3 -f --pid=$$ "$out" 2>/dev/null &
  shown_by=$!
  timeout -k 10 "$limit" "$@" >"$out" 2>&1 </dev/null && code=0 || code=$?
  sleep 0.5
  kill "$shown_by" 2>/dev/null || :
  wait "$shown_by" 2>/dev/null || :
  before=$failed
  count "$out"
  # A suite that ends badly but reports no failure is one: nothing was executed, or it was cut short.
  [ "$code" = 0 ] || [ "$failed" -gt "$before" ] || { failed=$((failed + 1)); printf 'FAIL %s ended with code %s\n' "$title" "$code"; }
  printf '   %s: %s s\n' "$title" "$(($(date +%s) - started))"
}

# ctest in our own words
c_tests() {
  ctest --test-dir "$1" -j"$(nproc)" --output-on-failure --timeout 300 >"$logs/ctest" 2>&1 || :
  grep -vE '^(Internal ctest|Test project|    Start |Total Test time|Errors while)' "$logs/ctest" | grep -v '^$' || :
  all=$(sed -n 's/.*tests failed out of \([0-9]*\)$/\1/p' "$logs/ctest")
  bad=$(sed -n 's/.*, \([0-9]*\) tests failed out of .*/\1/p' "$logs/ctest")
  if [ -n "$all" ]; then
    printf '%s passed, %s failed\n' "$((all - bad))" "$bad"
    [ "$bad" = 0 ]
  fi
}

# Folders of tests/ that hold tests.
folders() {
  for name in "$@"; do
    [ -z "$(find "tests/$name" -name '*_test.lua' 2>/dev/null | head -1)" ] || printf 'tests/%s ' "$name"
  done
}

c_suite() { # PRESET DIR
  [ -n "$(find tests/core -name '*_test.c' 2>/dev/null | head -1)" ] || return 0
  c_dir=$2
  say "C core, $1"
  { c_tests "$c_dir" 2>&1; } >"$logs/suite" || :
  cat "$logs/suite"
  count "$logs/suite"
}

lua_suite() { # TITLE SECONDS BINARY FOLDER…
  title=$1 limit=$2 binary=$3; shift 3
  # shellcheck disable=SC2046
  set -- $(folders "$@")
  [ $# = 0 ] || suite "$title" "$limit" "$binary" test "$@"
}

# The count is the last word, also when a build has failed or somebody has stopped us.
end_of_tests() {
  rm -rf "$logs"
  if [ "$complete" = no ]; then
    kill "$servers_pid" 2>/dev/null || :
    failed=$((failed + 1))
  fi
  printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
}

run_tests() {
  began=$(date +%s)
  # shellcheck disable=SC2046
  install_packages $(packages_of_tests)
  install_clients
  logs=$(mktemp -d) servers_pid='' complete=no
  trap end_of_tests EXIT
  trap 'exit 143' INT TERM HUP

  say "servers are built in the background"
  sh tests/stand/build.sh >"$logs/servers" 2>&1 &
  servers_pid=$!

  say "building: release"
  build_preset release build core_tests
  say "building: dev (ASan, UBSan)"
  build_preset dev build-dev core_tests

  release=$root/build/slipway dev=$root/build-dev/slipway
  export UBSAN_OPTIONS=print_stacktrace=1
  c_suite release build
  c_suite dev build-dev
  lua_suite "release: unit bind house" 1200 "$release" unit bind house
  lua_suite "dev: unit bind house" 1800 "$dev" unit bind house

  say "waiting for the servers"
  wait "$servers_pid" || { tail -20 "$logs/servers"; printf 'skip what needs Gitea or toxiproxy: they could not be built\n'; }
  grep '^stand:' "$logs/servers" || :
  lua_suite "release: verb recipe stand" 2400 "$release" verb recipe stand
  lua_suite "dev: verb recipe stand crash" 3600 "$dev" verb recipe stand crash

  printf '== all: %s s\n' "$(($(date +%s) - began))"
  complete=yes
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
