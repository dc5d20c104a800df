#!/bin/sh
# versions.sh [TAG]: do Cargo.toml, Cargo.lock and the tag carry one version?
set -eu
manifest=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
lock=$(sed -n '/^name = "caro"/{n;s/^version = "\(.*\)"/\1/p}' Cargo.lock)
echo "Cargo.toml $manifest, Cargo.lock $lock, tag ${1:-none}"
[ "$manifest" = "$lock" ]
[ $# = 0 ] || [ "v$manifest" = "$1" ]
