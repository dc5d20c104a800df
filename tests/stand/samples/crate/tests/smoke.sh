#!/bin/sh
# smoke.sh: does the published program tell deleting from reading? Asked before the sign-off.
set -eu
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cp "$SLIPWAY_ASSETS/caro-$SLIPWAY_VERSION-linux-amd64" "$here/caro"
chmod +x "$here/caro"
[ "$("$here/caro" --version)" = "caro $SLIPWAY_VERSION" ]
[ "$("$here/caro" rm -r build)" = 'deletes files' ]
[ "$("$here/caro" ls)" = harmless ]
