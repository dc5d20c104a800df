# Where the stand's programs lie; sourced by build.sh and serve.sh. Nothing is kept in the tree.
# Gitea refuses to run as root, so root keeps the programs in the home of a user made for them.
stand_here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
stand_user=slipway-stand
stand_cache=${XDG_CACHE_HOME:-$HOME/.cache}/slipway-stand
if [ "$(id -u)" = 0 ]; then
  stand_home=/var/cache/slipway-stand
else
  stand_home=$stand_cache/programs
fi

# A changed go.mod is another Gitea.
gitea_version=$(sed -n 's|^require code.gitea.io/gitea v||p' "$stand_here/gitea/go.mod")
gitea_home=$stand_home/gitea-$gitea_version-$(cksum <"$stand_here/gitea/go.mod" | cut -d' ' -f1)
toxiproxy_version=2.5.0
pypiserver_version=2.4.2
pypi_home=$stand_home/pypi-$pypiserver_version
toxiproxy=$stand_home/toxiproxy-$toxiproxy_version/server

# as_stand_user ARGV…: as that user when we are root, else as we are
as_stand_user() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid "$stand_user" --regid "$stand_user" --clear-groups -- "$@"
  else
    "$@"
  fi
}

# What the tests of builders build with. Their caches lie beside it: zig builds its C library once for each target.
ziglang_version=0.17.0 maturin_version=1.16.0 cargo_zigbuild_version=0.24.0
builders_home=$stand_home/builders-$ziglang_version-$maturin_version-$cargo_zigbuild_version

# Programs that slipway.lua can name, built from their Go modules: a packer of Debian packages, and a signer.
nfpm_version=2.43.4 cosign_version=2.6.5
nfpm=$stand_home/nfpm-$nfpm_version/nfpm
cosign=$stand_home/cosign-$cosign_version/cosign
